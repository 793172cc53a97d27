package dev.onchange.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.match.RecordedCases.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a real server answered to filters of every kind. */
class RecordedCasesTest {

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

        answered.forEach(
                (group, count) -> System.out.printf("%-14s %4d of %4d in process%n", group, count[0], count[1]));
        assertThat(wrong).isEmpty();
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
