package dev.onchange.engine.check;

import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.StartFrom;
import dev.onchange.engine.plan.Declared;
import dev.onchange.status.Check;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class FeatureRulesTest {

    private final Declared snapshot = handler("index").startingFrom(StartFrom.SNAPSHOT);

    @Test
    void documents_that_exist_cannot_come_first_from_a_server_that_does_not_tell_when_it_reads() {
        assertThat(check("4, 4, 29", snapshot)).singleElement().satisfies(check -> {
            assertThat(check.result()).isEqualTo(Check.Result.FAILURE);
            assertThat(check.name()).isEqualTo("snapshot for index");
            assertThat(check.todo()).contains("Use server 5.0 or later").contains("index");
        });
        assertThat(check("4, 4, 29", handler("index"))).isEmpty();
        assertThat(check("5, 0, 0", snapshot)).isEmpty();
    }

    @Test
    void nor_to_a_handler_whose_match_only_the_server_answers() {
        assertThat(check("6, 0, 5", snapshot.matching("{ $sampleRate: 0.5 }")))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.result()).isEqualTo(Check.Result.FAILURE);
                    assertThat(check.detail()).contains("only the server answers");
                });
    }

    private static List<Check> check(String version, Declared handler) {
        ServerFacts facts =
                new ServerFacts(given("{}"), given("{versionArray: [" + version + ", 0]}"), given("{}"), given("{}"));
        return FeatureRules.check(facts, AvailabilityChecksTest.plan(handler));
    }

    private static Answer given(String reply) {
        return new Answer.Given(BsonDocument.parse(reply));
    }
}
