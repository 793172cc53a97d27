package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Waits and exceptions are configured only where there is more than one attempt. */
final class RetryHasAttempts implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        RetryAttributes retry = declaration.attributes().retry();
        if (retry.attempts() != 1) {
            return List.of();
        }
        List<String> changed = new ArrayList<>();
        addIf(changed, !retry.backoff().equals(RetryAttributes.DEFAULT.backoff()), "backoff");
        addIf(changed, retry.multiplier() != RetryAttributes.DEFAULT.multiplier(), "multiplier");
        addIf(changed, !retry.maxBackoff().equals(RetryAttributes.DEFAULT.maxBackoff()), "maxBackoff");
        addIf(changed, retry.jitter() != RetryAttributes.DEFAULT.jitter(), "jitter");
        addIf(
                changed,
                !retry.exceptions()
                        .on()
                        .equals(RetryAttributes.DEFAULT.exceptions().on()),
                "on");
        addIf(changed, !retry.exceptions().except().isEmpty(), "except");
        return declaration.problemIf(
                !changed.isEmpty(), "retry", Message.RETRY_WITHOUT_ATTEMPTS, String.join(", ", changed));
    }

    private static void addIf(List<String> changed, boolean condition, String attribute) {
        if (condition) {
            changed.add(attribute);
        }
    }
}
