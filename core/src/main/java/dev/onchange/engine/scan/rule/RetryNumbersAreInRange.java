package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.stream.Stream;

/** Attempts, multiplier and jitter are numbers that mean something. */
final class RetryNumbersAreInRange implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        RetryAttributes retry = declaration.attributes().retry();
        boolean multiplied = retry.multiplier() >= 1 && Double.isFinite(retry.multiplier());
        boolean share = retry.jitter() >= 0 && retry.jitter() <= 1;
        if (retry.attempts() >= 1 && multiplied && share) {
            return List.of();
        }
        return Stream.of(
                        declaration.problemIf(
                                retry.attempts() < 1, "retry.attempts", Message.ATTEMPTS_BELOW_ONE, retry.attempts()),
                        declaration.problemIf(
                                !multiplied, "retry.multiplier", Message.MULTIPLIER_BELOW_ONE, retry.multiplier()),
                        declaration.problemIf(!share, "retry.jitter", Message.JITTER_OUT_OF_RANGE, retry.jitter()))
                .flatMap(List::stream)
                .toList();
    }
}
