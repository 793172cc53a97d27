package dev.onchange.status;

import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the server can serve the planned change streams.
 *
 * @param checks in the order in which they were made
 */
public record Availability(List<Check> checks) {

    public Availability {
        checks = List.copyOf(checks);
    }

    /** Whether no check failed. */
    public boolean usable() {
        return checks.stream().noneMatch(check -> check.result() == Check.Result.FAILURE);
    }

    /** The failures. */
    public List<Problem> problems() {
        return checks.stream()
                .filter(check -> check.result() == Check.Result.FAILURE)
                .map(check -> new Problem(check.code(), check.name(), check.detail(), check.todo()))
                .toList();
    }

    /** The same, with one more check. */
    public Availability and(Check check) {
        return new Availability(Stream.concat(checks.stream(), Stream.of(check)).toList());
    }

    /** The same, with failures of one kind as warnings: for users who have said what is to be done then. */
    public Availability tolerating(ProblemCode code) {
        return new Availability(checks.stream()
                .map(check -> check.result() == Check.Result.FAILURE && check.code() == code
                        ? new Check(check.name(), Check.Result.WARNING, check.detail(), check.todo(), code)
                        : check)
                .toList());
    }

    /** A line a check, for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Check check : checks) {
            text.append("%-8s %s: %s %s"
                            .formatted(check.result(), check.name(), check.detail(), check.todo())
                            .stripTrailing())
                    .append('\n');
        }
        return text.toString();
    }
}
