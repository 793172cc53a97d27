package dev.onchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.FailureRules.Answer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailureRulesTest {

    private static final PayloadException UNDECODABLE = new PayloadException("no", new IllegalStateException());

    @Test
    void by_default_everything_is_tried_again_errors_included() {
        FailureRules rules = FailureRules.RETRY_ALL;

        assertThat(rules.answer(new IOException())).isEqualTo(Answer.RETRY);
        assertThat(rules.answer(new StackOverflowError())).isEqualTo(Answer.RETRY);
    }

    @Test
    void what_no_list_stands_for_is_not_tried_again() {
        FailureRules rules = rules(List.of(IOException.class), List.of(), List.of());

        assertThat(rules.answer(new IllegalStateException())).isEqualTo(Answer.EXHAUSTED);
    }

    @Test
    void the_nearest_class_decides_whichever_list_it_stands_in() {
        FailureRules general = rules(List.of(IOException.class), List.of(FileNotFoundException.class), List.of());
        FailureRules special = rules(List.of(FileNotFoundException.class), List.of(IOException.class), List.of());
        FailureRules stopping = rules(List.of(IOException.class), List.of(), List.of(Exception.class));

        assertThat(general.answer(new IOException())).isEqualTo(Answer.RETRY);
        assertThat(general.answer(new FileNotFoundException())).isEqualTo(Answer.EXHAUSTED);
        assertThat(special.answer(new IOException())).isEqualTo(Answer.EXHAUSTED);
        assertThat(special.answer(new FileNotFoundException())).isEqualTo(Answer.RETRY);
        assertThat(stopping.answer(new FileNotFoundException())).isEqualTo(Answer.RETRY);
        assertThat(stopping.answer(new IllegalStateException())).isEqualTo(Answer.STOP);
    }

    @Test
    void all_can_be_a_reason_to_stop_though_all_are_worth_a_retry_by_default() {
        FailureRules rules = rules(List.of(Throwable.class), List.of(), List.of(Throwable.class));

        assertThat(rules.answer(new IOException())).isEqualTo(Answer.STOP);
    }

    @Test
    void causes_do_not_count() {
        FailureRules rules = rules(List.of(Throwable.class), List.of(IOException.class), List.of());

        assertThat(rules.answer(new UncheckedIOException(new IOException()))).isEqualTo(Answer.RETRY);
    }

    @Test
    void what_only_carries_an_exception_is_looked_into_unless_it_is_named() {
        FailureRules rules = rules(List.of(Throwable.class), List.of(IOException.class), List.of());
        FailureRules naming = rules(List.of(ExecutionException.class), List.of(IOException.class), List.of());
        Throwable carried =
                new CompletionException(new ExecutionException(new InvocationTargetException(new IOException())));

        assertThat(rules.answer(carried)).isEqualTo(Answer.EXHAUSTED);
        assertThat(naming.answer(carried)).isEqualTo(Answer.RETRY);
        assertThat(rules.answer(new InvocationTargetException(null))).isEqualTo(Answer.RETRY);
    }

    @Test
    void what_cannot_be_decoded_is_tried_again_only_if_it_is_named() {
        assertThat(FailureRules.RETRY_ALL.answer(UNDECODABLE)).isEqualTo(Answer.EXHAUSTED);
        assertThat(rules(List.of(RuntimeException.class), List.of(), List.of()).answer(UNDECODABLE))
                .isEqualTo(Answer.EXHAUSTED);
        assertThat(rules(List.of(PayloadException.class), List.of(), List.of()).answer(UNDECODABLE))
                .isEqualTo(Answer.RETRY);
        assertThat(rules(List.of(Throwable.class), List.of(), List.of(RuntimeException.class))
                        .answer(UNDECODABLE))
                .isEqualTo(Answer.STOP);
    }

    private static FailureRules rules(
            List<Class<? extends Throwable>> on,
            List<Class<? extends Throwable>> except,
            List<Class<? extends Throwable>> stopOn) {
        return new FailureRules(on, except, stopOn);
    }
}
