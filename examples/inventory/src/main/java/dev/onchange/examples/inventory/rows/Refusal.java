package dev.onchange.examples.inventory.rows;

import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import java.util.List;

/**
 * What became of a start that must fail.
 *
 * @param codes what is wrong, by the catalogue's codes; "started" if nothing is
 * @param message what users read
 */
record Refusal(String codes, List<String> message) {

    static Refusal of(ChangeListenersBuilder listeners) {
        try {
            listeners.start().close();
            return new Refusal("started", List.of());
        } catch (OnChangeException refused) {
            String codes = refused.problems().stream()
                    .map(Problem::code)
                    .map(code -> "refused " + code.id())
                    .reduce("", (one, other) -> one.isEmpty() ? other : one + " " + other);
            return new Refusal(
                    codes, String.valueOf(refused.getMessage()).lines().toList());
        }
    }
}
