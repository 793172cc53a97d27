package dev.onchange.engine.match.notice;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.engine.scan.rule.Operations;
import dev.onchange.problem.Problem;
import java.util.List;

/** Operations that a filter names among others, and of which no event comes. */
final class OperationNames {

    private OperationNames() {}

    /** @param tested by the filter */
    static List<Problem> of(HandlerUse use, List<TestedValue> tested) {
        if (tested.stream().noneMatch(each -> each.path().equals(PossibleEvents.OPERATION_TYPE))) {
            return List.of();
        }
        return tested.stream()
                .filter(each -> each.path().equals(PossibleEvents.OPERATION_TYPE) && each.byEquality())
                .flatMap(each -> each.values().stream())
                .filter(value -> value.isString())
                .map(value -> value.asString().getValue())
                .filter(name -> !name.equals(Operations.SNAPSHOT))
                .filter(name -> !comes(name, use))
                .distinct()
                .map(name -> problem(name, use))
                .toList();
    }

    private static boolean comes(String name, HandlerUse use) {
        return use.operations().isEmpty()
                ? Operations.ALL.contains(name)
                : use.operations().contains(name);
    }

    private static Problem problem(String name, HandlerUse use) {
        boolean exists = Operations.ALL.contains(name);
        return Message.OPERATION_NEVER_COMES.at(
                use.where().apply("match"),
                name,
                exists ? "operation leaves out" : "no event has",
                exists ? "" : Suggestion.of(name, Operations.ALL));
    }
}
