package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.scan.HandlerSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Closes the lanes of one handler, and completes the publishers that wait for their calls to end. */
final class LaneShutdown {

    private final HandlerSpec spec;
    private final DeliveryHandler deliveryHandler;
    private final ThreadPermits threadPermits;
    private final DeliveryQueue queue;
    private final Runnable start;
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean takesPart = new AtomicBoolean(true);
    private volatile boolean closing;
    private volatile boolean interrupted;

    /** @param excluded the threads whose calls are not waited for */
    private record Waiting(Predicate<Thread> excluded, Sinks.Empty<Void> quiet) {}

    /** @param start starts the lanes that have something left to do */
    LaneShutdown(
            HandlerSpec spec,
            DeliveryHandler deliveryHandler,
            ThreadPermits threadPermits,
            DeliveryQueue queue,
            Runnable start) {
        this.spec = spec;
        this.deliveryHandler = deliveryHandler;
        this.threadPermits = threadPermits;
        this.queue = queue;
        this.start = start;
    }

    boolean isClosing() {
        return closing;
    }

    /** Whether calls were interrupted, so that a failure of one of them says nothing of its change. */
    boolean isInterrupted() {
        return interrupted;
    }

    /** Drops what is queued or waits for another attempt; completes when what is running has ended. */
    Mono<Void> close(@Nullable Position streamPosition, Predicate<Thread> excluded) {
        Mono<Void> quiet = whenQuiet(excluded);
        close(streamPosition, (Delivery) null);
        return quiet;
    }

    /** Drops what does not lie before the newest change that has begun; completes when what does has ended. */
    Mono<Void> finish(@Nullable Position streamPosition, Predicate<Thread> excluded) {
        Mono<Void> quiet = whenQuiet(excluded);
        closing = true;
        queue.finish(streamPosition).forEach(Delivery::dropped);
        start.run();
        completeIfQuiet();
        return quiet;
    }

    /** The same as {@link #close}, and the calls that are still running are about to be interrupted. */
    void closeInterrupted() {
        interrupted = true;
        close(null, (Delivery) null);
    }

    /** Closes the lanes; the delivery that was running stays unsettled, and the position before it. */
    void closeBefore(@Nullable Delivery delivery) {
        close(null, delivery);
    }

    private void close(@Nullable Position streamPosition, @Nullable Delivery unsettled) {
        if (takesPart.compareAndSet(true, false)) {
            threadPermits.leave(spec.id());
        }
        closing = true;
        queue.close(streamPosition, unsettled).forEach(Delivery::dropped);
        start.run();
        completeIfQuiet();
    }

    private Mono<Void> whenQuiet(Predicate<Thread> excluded) {
        Waiting added = new Waiting(excluded, Sinks.empty());
        waiting.add(added);
        return added.quiet().asMono();
    }

    /** To be called whenever a delivery has ended. */
    void completeIfQuiet() {
        if (closing) {
            List<Waiting> served = waiting.stream()
                    .filter(each -> queue.isQuiet() || queue.isQuietExcept(callsOn(each.excluded())))
                    .toList();
            served.forEach(each -> each.quiet().tryEmitEmpty());
            served.forEach(waiting::remove);
        }
    }

    /** Whether the thread calls the handler, or works off one of its lanes. */
    boolean isCalledBy(Thread thread) {
        if (deliveryHandler.callingThreads().contains(thread)) {
            return true;
        }
        for (Lane lane : queue.lanes()) {
            if (thread.equals(lane.worker())) {
                return true;
            }
        }
        return false;
    }

    /** How many of the threads call the handler, or work off one of its lanes. */
    int callsOn(Predicate<Thread> threads) {
        Set<Thread> calling = new HashSet<>(deliveryHandler.callingThreads());
        for (Lane lane : queue.lanes()) {
            Thread worker = lane.worker();
            if (worker != null) {
                calling.add(worker);
            }
        }
        return (int) calling.stream().filter(threads).count();
    }
}
