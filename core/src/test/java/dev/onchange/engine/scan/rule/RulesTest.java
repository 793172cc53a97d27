package dev.onchange.engine.scan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulesTest {

    @Test
    void placeholders_that_are_still_to_be_resolved_break_no_rule_of_the_source() {
        RetryAttributes retry = new RetryAttributes(5, "${a}", 2, "${b}", 0.2, RetryAttributes.DEFAULT.exceptions());
        Declaration declaration = DeclarationFixture.of("${database}", "${collection}", "${operations}", retry);

        List<Problem> problems = Rules.check(Rules.OF_SOURCE, declaration);

        assertThat(problems).isEmpty();
    }

    @Test
    void a_database_that_is_not_named_is_no_fault_of_the_source() {
        Declaration declaration = DeclarationFixture.of("", "items", "insert", RetryAttributes.DEFAULT);

        assertThat(Rules.check(Rules.OF_SOURCE, declaration)).isEmpty();
        assertThat(Rules.check(Rules.OF_START, declaration)).hasSize(1);
    }
}
