package dev.onchange.engine.dispatch;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Lets the deliveries of a handler wait that are not handed over as soon as they come. */
final class LaneTimers {

    private final DeliveryQueue queue;
    private final Workers workers;
    private final Runnable start;
    private final Runnable release;
    private final AtomicReference<LatestChanges.@Nullable Quiet> quiet = new AtomicReference<>();

    /**
     * @param start starts the lanes that have something to do
     * @param release releases the deliveries whose place others have taken
     */
    LaneTimers(DeliveryQueue queue, Workers workers, Runnable start, Runnable release) {
        this.queue = queue;
        this.workers = workers;
        this.start = start;
        this.release = release;
    }

    /** Sets the timers that are wanted. Never called while a lock is held. */
    void set() {
        release.run();
        LaneBatches batches = queue.batches();
        if (batches != null) {
            setFor(batches);
        }
        QuietDocuments documents = queue.quiet();
        if (documents != null) {
            setFor(documents);
        }
    }

    private void setFor(LaneBatches batches) {
        for (LaneBatches.Lingering next = batches.nextToLinger(); next != null; next = batches.nextToLinger()) {
            LaneBatches.Lingering waiting = next;
            workers.runAfter(waiting.delay(), () -> {
                batches.lingered(waiting.lane(), waiting.since());
                start.run();
            });
        }
    }

    private void setFor(QuietDocuments documents) {
        QuietDocuments.Wait first = documents.first();
        // One timer for all: what waits after the first is looked at when that is due.
        if (first != null && quiet.compareAndSet(null, first.waiting())) {
            workers.runAfter(first.delay(), () -> {
                quiet.set(null);
                documents.passed(first.waiting());
                start.run();
            });
        }
    }
}
