package dev.onchange.engine.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

    private static final List<String> KNOWN = List.of("insert", "update", "replace", "delete", "drop", "dropDatabase");

    @ParameterizedTest
    @CsvSource({
        "updaet, update",
        "Update, update",
        "' update ', update",
        "updat, update",
        "inserted, insert",
        "dorp, drop",
        "dropdatabase, dropDatabase",
        "drop_database, dropDatabase"
    })
    void a_word_with_few_mistakes_is_recognized(String word, String meant) {
        String suggestion = Suggestion.of(word, KNOWN);

        assertThat(suggestion).isEqualTo(" Did you mean \"" + meant + "\"?");
    }

    @Test
    void a_word_that_resembles_nothing_is_left_alone() {
        String suggestion = Suggestion.of("observe", KNOWN);

        assertThat(suggestion).isEmpty();
    }

    @Test
    void an_empty_word_is_left_alone() {
        String suggestion = Suggestion.of("", KNOWN);

        assertThat(suggestion).isEmpty();
    }
}
