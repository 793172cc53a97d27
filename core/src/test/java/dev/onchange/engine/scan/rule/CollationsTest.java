package dev.onchange.engine.scan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollationsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"nope", "3", "[1]", "'en'", "{locale: 'en'", "{locale: 5}", "{locale: 'en', strength: 'x'}", ""})
    void what_is_no_collation_is_a_fault_that_a_sentence_can_end_with(String json) {
        assertThat(Collations.fault(json))
                .hasValueSatisfying(fault -> assertThat(fault).isNotBlank().doesNotEndWith("."));
    }

    @Test
    void a_collation_as_in_the_shell_has_no_fault() {
        assertThat(Collations.fault("{locale: 'en', strength: 2}")).isEmpty();
    }
}
