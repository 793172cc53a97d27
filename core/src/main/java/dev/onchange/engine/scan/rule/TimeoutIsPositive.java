package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Optional;

/** The time-out of a call, if there is one, can be read and leaves time for the call. */
final class TimeoutIsPositive implements Rule {

    @Override
    public List<Problem> check(Declaration declaration) {
        String timeout = declaration.attributes().calls().timeout();
        if (timeout.isEmpty() || Declaration.isOpen(timeout)) {
            return List.of();
        }
        Optional<String> fault = Durations.fault(timeout);
        if (fault.isEmpty() && Durations.parse(timeout).isZero()) {
            fault = Optional.of("no call ends at once");
        }
        return fault.map(why -> List.of(declaration.problem("timeout", Message.INVALID_DURATION, timeout, why)))
                .orElse(List.of());
    }
}
