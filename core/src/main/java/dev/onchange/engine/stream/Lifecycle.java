package dev.onchange.engine.stream;

import dev.onchange.engine.stream.StreamState.Phase;
import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The state of a stream: keeps it, completes {@link #opened} and publishes an event at each transition. */
final class Lifecycle {

    private final String stream;
    private final Clock clock;
    private final Consumer<ListenerEvent> events;
    private final Sinks.Empty<Void> opened = Sinks.empty();
    private volatile StreamState state;
    private volatile boolean everOpen;
    private volatile boolean replaced;

    Lifecycle(String stream, Clock clock, Consumer<ListenerEvent> events) {
        this.stream = stream;
        this.clock = clock;
        this.events = events;
        this.state = new StreamState(Phase.OPENING, clock.instant(), 0, null);
    }

    StreamState state() {
        return state;
    }

    Mono<Void> opened() {
        return opened.asMono();
    }

    /** For how long it has been open; zero if it is not. */
    Duration openFor() {
        StreamState now = state;
        return now.phase() == Phase.OPEN ? Duration.between(now.since(), clock.instant()) : Duration.ZERO;
    }

    /** Whether it has failed for good or was closed. */
    boolean terminated() {
        Phase phase = state.phase();
        return phase == Phase.CLOSED || phase == Phase.FAILED;
    }

    boolean everOpen() {
        return everOpen;
    }

    void open() {
        if (transition(Phase.OPEN, null)) {
            everOpen = true;
            events.accept(new ListenerEvent.StreamOpened(stream));
            opened.tryEmitEmpty();
        }
    }

    /** @param event tells why */
    void reopen(Throwable reason, ListenerEvent event) {
        if (transition(Phase.REOPENING, reason)) {
            events.accept(event);
        }
    }

    void fail(Throwable reason) {
        if (transition(Phase.FAILED, reason)) {
            events.accept(
                    everOpen
                            ? new ListenerEvent.StreamFailed(stream, reason)
                            : new ListenerEvent.StreamRefused(stream, reason));
            opened.tryEmitError(reason);
        }
    }

    /** Another stream of the name is open. */
    void replaced() {
        replaced = true;
    }

    void close() {
        if (transition(Phase.CLOSED, null)) {
            if (!replaced) {
                events.accept(new ListenerEvent.StreamClosed(stream));
            }
            opened.tryEmitEmpty();
        }
    }

    void tell(ListenerEvent event) {
        events.accept(event);
    }

    /** Replies may come on the driver's threads after the stream was closed on another. */
    private synchronized boolean transition(Phase phase, @Nullable Throwable reason) {
        StreamState before = state;
        if (terminated()) {
            return false;
        }
        boolean again = phase == Phase.OPEN && everOpen && before.phase() != Phase.OPEN;
        state = new StreamState(phase, clock.instant(), before.reopened() + (again ? 1 : 0), reason);
        return true;
    }
}
