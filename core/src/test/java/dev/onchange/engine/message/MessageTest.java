package dev.onchange.engine.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.problem.Problem;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageTest {

    @ParameterizedTest
    @EnumSource(Message.class)
    void every_message_makes_whole_sentences_of_its_arguments(Message message) {
        Object[] arguments = IntStream.rangeClosed(1, message.arguments())
                .mapToObj(number -> "<" + number + ">")
                .toArray();

        Problem problem = message.at("com.acme.Stock#low", arguments);

        assertThat(problem.code()).isEqualTo(message.code());
        assertThat(problem.what()).doesNotContain("%").matches("(?s).*[.>]");
        assertThat(problem.todo()).doesNotContain("%").matches("(?s).*[.>]");
        assertThat(Stream.of(arguments).map(String::valueOf)).allMatch((problem.what() + problem.todo())::contains);
    }

    @ParameterizedTest
    @EnumSource(Message.class)
    void a_message_refuses_a_wrong_number_of_arguments(Message message) {
        Object[] arguments = new Object[message.arguments() + 1];

        assertThatThrownBy(() -> message.at("com.acme.Stock#low", arguments))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message.name());
    }

    @Test
    void a_sentence_that_others_have_ended_is_not_ended_again() {
        assertThat(Message.NOT_SUPPLIED
                        .at("com.acme.Stock#low", "No bean exists. ")
                        .what())
                .isEqualTo("No object of this class is supplied: No bean exists.");
        assertThat(Message.UNKNOWN_OPERATION
                        .at("com.acme.Stock#low", "inserted", " Do you mean it?", "insert.")
                        .what())
                .isEqualTo("The server has no operation \"inserted\". Do you mean it?");
    }
}
