package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** The waits of a retry can be read, and the first is not longer than the longest. */
final class RetryDurationsAreValid implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        RetryAttributes retry = declaration.attributes().retry();
        if (Declaration.isOpen(retry.backoff()) || Declaration.isOpen(retry.maxBackoff())) {
            return List.of();
        }
        if (retry.backoff().equals(RetryAttributes.DEFAULT.backoff())
                && retry.maxBackoff().equals(RetryAttributes.DEFAULT.maxBackoff())) {
            return List.of();
        }
        List<Problem> problems = new ArrayList<>();
        problems.addAll(unreadable(declaration, "retry.backoff", retry.backoff()));
        problems.addAll(unreadable(declaration, "retry.maxBackoff", retry.maxBackoff()));
        if (problems.isEmpty() && Durations.parse(retry.backoff()).compareTo(Durations.parse(retry.maxBackoff())) > 0) {
            problems.add(declaration.problem(
                    "retry.backoff", Message.BACKOFF_ABOVE_MAXIMUM, retry.backoff(), retry.maxBackoff()));
        }
        return problems;
    }

    private static List<Problem> unreadable(Declaration declaration, String attribute, String text) {
        return Durations.fault(text)
                .map(fault -> List.of(declaration.problem(attribute, Message.INVALID_DURATION, text, fault)))
                .orElse(List.of());
    }
}
