package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Until when this instance may work at its units without having heard from the server. Counted from when the last good beat
 * was sent, so that it ends before any other member can take the units over. Safe for use by several threads; asked before
 * each attempt.
 */
public final class LocalDeadline {

    /** Time is added up in steps, so that a clock that is set back hides one step at most. */
    private static final long STEP = Duration.ofMillis(50).toNanos();

    private final ClusterTime time;
    private final long allowance;
    private final AtomicReference<@Nullable Elapsed> sinceGood = new AtomicReference<>();
    private volatile Sinks.Empty<Void> extended = Sinks.empty();

    /** How many nanoseconds had passed since the last good beat at a moment. */
    private record Elapsed(long nanos, ClusterTime.Moment at) {}

    public LocalDeadline(ClusterTime time, ClusterSettings settings) {
        this.time = time;
        this.allowance = settings.lease().minus(settings.margin()).toNanos();
    }

    ClusterTime time() {
        return time;
    }

    /** Whether attempts may begin, and positions be saved. */
    public boolean allows() {
        Elapsed before = sinceGood.get();
        if (before == null) {
            return false;
        }
        ClusterTime.Moment now = time.now();
        long step = now.since(before.at);
        boolean allowed = before.nanos + step < allowance;
        if (!allowed) {
            // For good, until the server is heard from.
            sinceGood.compareAndSet(before, null);
        } else if (step > STEP || step < 0) {
            sinceGood.compareAndSet(before, new Elapsed(before.nanos + Math.max(step, 0), now));
        }
        return allowed;
    }

    /** Completes when the server has been heard from again. */
    public Mono<Void> allowed() {
        return Mono.defer(() -> {
            Sinks.Empty<Void> next = extended;
            return allows() ? Mono.empty() : next.asMono();
        });
    }

    /** A beat that was sent then has matched. */
    void extend(ClusterTime.Moment sent) {
        sinceGood.set(new Elapsed(time.since(sent), time.now()));
        Sinks.Empty<Void> waiting = extended;
        extended = Sinks.empty();
        waiting.tryEmitEmpty();
    }

    /** The member is dead. */
    void end() {
        sinceGood.set(null);
    }
}
