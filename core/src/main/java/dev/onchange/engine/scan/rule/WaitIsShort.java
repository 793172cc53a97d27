package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads a wait that must not be longer than another. */
final class WaitIsShort {

    private WaitIsShort() {}

    /** The problems; none if the text still holds a placeholder. */
    static List<Problem> check(Declaration declaration, String attribute, String text, Duration longest) {
        if (Declaration.isOpen(text)) {
            return List.of();
        }
        Optional<String> fault = Durations.fault(text);
        if (fault.isPresent()) {
            return List.of(declaration.problem(attribute, Message.INVALID_DURATION, text, fault.get()));
        }
        return declaration.problemIf(
                Durations.parse(text).compareTo(longest) > 0,
                attribute,
                Message.WAIT_TOO_LONG,
                text,
                longest.toMinutes());
    }
}
