package dev.onchange.engine;

import dev.onchange.engine.dispatch.StreamDispatcher;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.StreamState;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One stream at work. */
record ActiveStream(StreamPlan plan, OpenStream stream, StreamDispatcher dispatcher, Set<String> handlerIds) {

    ActiveStream(StreamPlan plan, OpenStream stream, StreamDispatcher dispatcher) {
        this(
                plan,
                stream,
                dispatcher,
                plan.handlers().stream().map(handler -> handler.spec().id()).collect(Collectors.toUnmodifiableSet()));
    }

    boolean feeds(String handlerId) {
        return handlerIds.contains(handlerId);
    }

    /** Whether it is to bring changes. */
    boolean active() {
        return !dispatcher.isStopped();
    }

    /** Why it has ended for good, so that its handlers receive nothing; null if it has not. */
    @Nullable
    Throwable failure() {
        StreamState state = stream.state();
        return state.phase() == StreamState.Phase.FAILED ? state.reason() : dispatcher.failure();
    }

    boolean hasFailed() {
        return failure() != null;
    }

    /** Whether the stream of the plan would do the same for the same handlers. */
    boolean serves(@Nullable StreamPlan other) {
        return active()
                && other != null
                && plan.name().equals(other.name())
                && plan.fingerprint().equals(other.fingerprint())
                && specs(plan).equals(specs(other));
    }

    private static List<HandlerSpec> specs(StreamPlan plan) {
        return plan.handlers().stream().map(PlannedHandler::spec).toList();
    }
}
