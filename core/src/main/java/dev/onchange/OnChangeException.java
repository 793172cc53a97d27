package dev.onchange;

import dev.onchange.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what is wrong, where, why and what to do; lists all problems that were found together. */
public class OnChangeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** @param problems at least one */
    public OnChangeException(List<Problem> problems) {
        this(problems, null);
    }

    /**
     * @param problems at least one
     * @param cause what the server or the driver reported
     */
    public OnChangeException(List<Problem> problems, @Nullable Throwable cause) {
        super(message(problems), cause);
        this.problems = List.copyOf(problems);
    }

    /** All that is wrong, in the order in which it was found. */
    public List<Problem> problems() {
        return problems;
    }

    private static String message(List<Problem> problems) {
        if (problems.size() == 1) {
            return problems.get(0).toString();
        }
        return problems.stream()
                .map(problem -> "  " + problem)
                .collect(Collectors.joining("\n", problems.size() + " problems:\n", ""));
    }
}
