package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.engine.scan.PlaceholderText;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The name that the user gave this instance. */
final class InstanceName {

    private static final String WHERE = "ChangeListenersBuilder.instance(…)";

    /** As much as a host can be called. */
    private static final int LONGEST = 255;

    private InstanceName() {}

    /**
     * With placeholders resolved; null if there is none.
     *
     * @throws OnChangeException if a placeholder has no value, or the name is too long
     */
    static @Nullable String of(EngineConfiguration configuration) {
        PlaceholderText text = new PlaceholderText(configuration.placeholders, WHERE, configuration.instance);
        String name = text.resolved().strip();
        if (!text.problems().isEmpty()) {
            throw new OnChangeException(text.problems());
        }
        if (name.length() > LONGEST) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.INVALID_CLUSTER,
                    WHERE,
                    "the name has " + name.length() + " letters: " + name + ".",
                    "Use a short name that a restart keeps, as that of the host.")));
        }
        return name.isEmpty() ? null : name;
    }
}
