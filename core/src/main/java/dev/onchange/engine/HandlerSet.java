package dev.onchange.engine;

import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.HandlerSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The handlers that the user declared, free of problems.
 *
 * @param handlers all handlers
 * @param invokers how to call each, by id
 * @param plan the streams they need
 */
public record HandlerSet(List<HandlerSpec> handlers, Map<String, Invoker> invokers, StreamPlans plan) {

    /** Without some handlers; the plan is the old one. */
    HandlerSet without(Collection<String> ids) {
        List<HandlerSpec> remaining =
                handlers.stream().filter(handler -> !ids.contains(handler.id())).toList();
        Map<String, Invoker> used = new HashMap<>(invokers);
        // A handler that is added under the id later must not be called on the removed object.
        used.keySet().removeAll(ids);
        return new HandlerSet(remaining, Map.copyOf(used), plan);
    }

    /** The same handlers with the streams of a part of them. */
    HandlerSet withPlanOf(HandlerSet part) {
        return new HandlerSet(handlers, invokers, part.plan);
    }
}
