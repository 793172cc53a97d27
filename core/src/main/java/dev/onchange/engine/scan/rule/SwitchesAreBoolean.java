package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Whether a handler is on, and whether it starts paused, is a yes or a no. */
final class SwitchesAreBoolean implements Rule {

    private static final Set<String> VALUES = Set.of("true", "false");

    @Override
    public List<Problem> check(Declaration declaration) {
        CallAttributes calls = declaration.attributes().calls();
        if (VALUES.contains(calls.enabled()) && VALUES.contains(calls.paused())) {
            return List.of();
        }
        return Stream.of(check(declaration, "enabled", calls.enabled()), check(declaration, "paused", calls.paused()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Problem> check(Declaration declaration, String attribute, String text) {
        return declaration.problemIf(
                !Declaration.isOpen(text) && !VALUES.contains(text), attribute, Message.NO_BOOLEAN, text);
    }
}
