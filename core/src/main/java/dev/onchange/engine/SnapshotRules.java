package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.Scope;
import dev.onchange.engine.dispatch.HandlerSnapshot;
import dev.onchange.engine.match.InvalidMatchException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;

/** What a handler must be like to be given the documents that exist while it is listening. */
final class SnapshotRules {

    private SnapshotRules() {}

    /** Fails with an {@link OnChangeException} that says all that is wrong. */
    static void refuse(HandlerSpec handler, StreamPlans plan, List<String> filters, List<HandlerSnapshot> underWay) {
        List<Problem> problems = new ArrayList<>();
        if (!underWay.isEmpty() && !underWay.stream().allMatch(HandlerSnapshot::isComplete)) {
            problems.add(problem(
                    handler, "a snapshot of it is under way.", "Wait until it is complete, or cancel it before."));
        }
        if (!handler.operations().isEmpty() && !handler.operations().contains("snapshot")) {
            problems.add(problem(
                    handler,
                    "it wants only " + handler.operations() + ", and documents come as operation \"snapshot\".",
                    "Add \"snapshot\" to its operation."));
        }
        if (!handler.pipeline().isEmpty()
                || handler.watched().scope() == Scope.DEPLOYMENT
                || isAnsweredByServer(plan, handler)) {
            problems.add(problem(
                    handler,
                    "it watches the whole deployment, has a pipeline of its own, or a filter that only the server answers.",
                    "Watch a database or a collection, with a match that is evaluated in process."));
        }
        for (String filter : filters) {
            check(handler, filter, problems);
        }
        if (!problems.isEmpty()) {
            throw new OnChangeException(problems);
        }
    }

    private static void check(HandlerSpec handler, String filter, List<Problem> problems) {
        try {
            if (!Match.parse(filter).inProcess()) {
                problems.add(problem(
                        handler, "only the server can answer " + filter + ".", "Write it with other operators."));
            }
        } catch (InvalidMatchException invalid) {
            problems.add(invalid.problem(handler.id()));
        }
    }

    private static boolean isAnsweredByServer(StreamPlans plan, HandlerSpec handler) {
        return plan.streams().stream()
                .flatMap(stream -> stream.handlers().stream())
                .filter(planned -> planned.spec().id().equals(handler.id()))
                .anyMatch(PlannedHandler::isAnsweredByServer);
    }

    private static Problem problem(HandlerSpec handler, String what, String todo) {
        return new Problem(ProblemCode.SNAPSHOT_IMPOSSIBLE, handler.id(), what, todo);
    }
}
