package dev.onchange.engine;

import dev.onchange.Scope;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.Notice;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The notices of the start that still hold: a collection that was missing may be there by now. */
final class CurrentNotices {

    private CurrentNotices() {}

    /** The plan without the notices on collections of which a change has come since. */
    static StreamPlans of(HandlerSet declared, Supplier<ListenersStatus> status) {
        StreamPlans plan = declared.plan();
        if (plan.notices().stream().noneMatch(CurrentNotices::isOfMissing)) {
            return plan;
        }
        Set<String> called = status.get().handlers().stream()
                .filter(handler -> handler.inScope() > 0)
                .map(HandlerStatus::id)
                .collect(Collectors.toSet());
        Set<String> found = declared.handlers().stream()
                .filter(handler -> handler.watched().scope() == Scope.COLLECTION && called.contains(handler.id()))
                .map((HandlerSpec handler) -> handler.where("collection"))
                .collect(Collectors.toSet());
        return plan.withNotices(notice -> !(isOfMissing(notice) && found.contains(notice.where())));
    }

    private static boolean isOfMissing(Notice notice) {
        return notice.code() == ProblemCode.NO_SUCH_COLLECTION;
    }
}
