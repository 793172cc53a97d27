package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.match.RecordedCases.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a real server answered to filters of every kind. */
class RecordedCasesTest {

    private static final Logger LOG = LoggerFactory.getLogger(RecordedCasesTest.class);

    private static final Set<String> FOR_THE_SERVER = Set.of("expr", "json-schema");

    private final List<Case> cases = RecordedCases.all();

    @Test
    void no_answer_differs_from_the_servers() {
        List<String> wrong = new ArrayList<>();
        Map<String, int[]> answered = new TreeMap<>();

        for (Case recorded : valid()) {
            Match match = parse(recorded, wrong);
            int[] count = answered.computeIfAbsent(recorded.group(), group -> new int[2]);
            count[1]++;
            if (match != null && match.inProcess()) {
                count[0]++;
                if (match.matches(recorded.event()) != recorded.matches()) {
                    wrong.add((recorded.matches() ? "should match: " : "should not match: ") + recorded);
                }
            }
        }

        answered.forEach((group, count) -> LOG.info("{}: {} of {} in process", group, count[0], count[1]));
        assertThat(wrong).isEmpty();
    }

    @Test
    void every_filter_that_the_server_refuses_is_refused_with_its_place() {
        List<String> accepted = new ArrayList<>();

        for (Case recorded : with("parse")) {
            try {
                Match.parse(recorded.filter());
                accepted.add(recorded.toString());
            } catch (InvalidMatchException refused) {
                assertThat(refused.getMessage()).as(recorded.id()).isNotBlank();
            }
        }

        assertThat(accepted).isEmpty();
    }

    @Test
    void nearly_all_filters_without_expressions_and_schemas_are_answered_in_process() {
        Predicate<Case> plain = recorded -> !FOR_THE_SERVER.contains(recorded.group());

        long all = valid().stream().filter(plain).count();
        long answered = valid().stream()
                .filter(plain)
                .filter(recorded -> Match.parse(recorded.filter()).inProcess())
                .count();

        assertThat((double) answered / all).isGreaterThan(0.95);
    }

    private List<Case> valid() {
        return with("");
    }

    private List<Case> with(String phase) {
        return cases.stream().filter(recorded -> recorded.phase().equals(phase)).toList();
    }

    private static Match parse(Case recorded, List<String> wrong) {
        try {
            return Match.parse(recorded.filter());
        } catch (InvalidMatchException refused) {
            wrong.add(refused.getMessage() + ": " + recorded);
            return null;
        }
    }
}
