package dev.onchange.check;

import java.util.List;

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

    /** A line a check, for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Check check : checks) {
            text.append("%-8s %-28s %s %s%n".formatted(check.result(), check.name(), check.detail(), check.todo()));
        }
        return text.toString();
    }
}
