package dev.onchange.engine;

import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.status.Notice;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The handlers that the user declared, free of problems.
 *
 * @param handlers all handlers
 * @param invokers how to call each, by id
 * @param plan the streams they need, and what may surprise about them
 * @param found the part of these notices that came up when handlers were found, whatever their streams
 */
public record HandlerSet(
        List<HandlerSpec> handlers, Map<String, Invoker> invokers, StreamPlans plan, List<Notice> found) {

    /** Without some handlers; the plan is the old one. */
    HandlerSet without(Collection<String> ids) {
        List<HandlerSpec> remaining =
                handlers.stream().filter(handler -> !ids.contains(handler.id())).toList();
        Map<String, Invoker> used = new HashMap<>(invokers);
        // A handler that is added under the id later must not be called on the removed object.
        used.keySet().removeAll(ids);
        return new HandlerSet(remaining, Collections.unmodifiableMap(used), plan, foundOf(remaining));
    }

    /** Without those about handlers that are not there any more. */
    private List<Notice> foundOf(List<HandlerSpec> remaining) {
        if (found.isEmpty()) {
            return found;
        }
        Set<String> staying = remaining.stream().map(HandlerSpec::id).collect(Collectors.toSet());
        List<String> gone = handlers.stream()
                .filter(handler -> !staying.contains(handler.id()))
                .map(HandlerSpec::where)
                .toList();
        return found.stream()
                .filter(notice -> gone.stream().noneMatch(notice.where()::startsWith))
                .toList();
    }

    /** The same with further notices. */
    HandlerSet noticing(List<Notice> further) {
        return new HandlerSet(
                handlers,
                invokers,
                plan.with(further),
                Stream.concat(found.stream(), further.stream()).toList());
    }

    /** The same handlers with the streams of a part of them. */
    HandlerSet withPlanOf(HandlerSet part) {
        return new HandlerSet(handlers, invokers, part.plan, found);
    }
}
