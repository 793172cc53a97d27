package dev.onchange.scan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Exhausted;
import dev.onchange.Ordering;
import dev.onchange.Scope;
import dev.onchange.StartFrom;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesTest {

    @Test
    void placeholders_that_are_still_to_be_resolved_break_no_rule_of_the_source() {
        RetryAttributes retry = new RetryAttributes(5, "${a}", 2, "${b}", 0.2);
        Declaration declaration = new Declaration(
                "com.acme.Stock#low", attributes("${database}", "${collection}", "${operations}", retry), Set.of());

        List<Problem> problems = Rules.check(Rules.OF_SOURCE, declaration);

        assertThat(problems).isEmpty();
    }

    @Test
    void a_database_that_is_not_named_is_no_fault_of_the_source() {
        Declaration declaration = new Declaration(
                "com.acme.Stock#low", attributes("", "items", "insert", RetryAttributes.DEFAULT), Set.of());

        assertThat(Rules.check(Rules.OF_SOURCE, declaration)).isEmpty();
        assertThat(Rules.check(Rules.OF_START, declaration)).hasSize(1);
    }

    private static Attributes attributes(String database, String collection, String operation, RetryAttributes retry) {
        return new Attributes(
                "",
                database,
                collection,
                Scope.AUTO,
                List.of(operation),
                "",
                List.of(),
                FullDocument.DEFAULT,
                FullDocumentBeforeChange.DEFAULT,
                false,
                Ordering.BY_KEY,
                1,
                retry,
                Exhausted.DEAD_LETTER,
                StartFrom.NOW,
                false);
    }
}
