package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.snapshot.CollectionProgress;
import dev.onchange.engine.snapshot.ReadDocument;
import dev.onchange.engine.snapshot.SnapshotCollection;
import dev.onchange.engine.snapshot.SnapshotGate;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** The snapshot of one collection for one handler. Guarded by the handler's {@link HandlerSnapshot}, except {@code settled}. */
final class CollectionSnapshot {

    /** A document that is wanted; and why its filter gave no answer, null if it matches. */
    record Wanted(SnapshotDocument document, @Nullable Throwable filterFailure) {}

    final SnapshotCollection collection;
    final SnapshotGate<DocumentId, Wanted, Delivery> gate;
    private final AtomicLong settled;

    /** Whether it is saved that the handler may be given all of its documents. */
    boolean announced;

    private final long estimated;

    private CollectionProgress untouched;

    CollectionSnapshot(CollectionProgress progress, SnapshotGate<DocumentId, Wanted, Delivery> gate) {
        this.untouched = progress;
        this.collection = progress.collection();
        this.gate = gate;
        this.estimated = progress.estimated();
        this.settled = new AtomicLong(progress.settled());
    }

    /** The handler has settled a document; called by any thread, while no lock is held. */
    void settled(ReadDocument<DocumentId, Wanted> document) {
        settled.incrementAndGet();
        gate.settled(document);
    }

    /** Documents were read that the handler does not want. */
    void unwanted(int documents) {
        settled.addAndGet(documents);
    }

    /** Whether what is read is not given before the stream has passed the time of the read. */
    boolean eachReadWaits() {
        return collection.uuid() == null || gate.knowsAll();
    }

    long settled() {
        return settled.get();
    }

    long estimated() {
        return estimated;
    }

    /** The handler will be given its documents, of which none was read. */
    void announceAll() {
        gate.announce(null);
        untouched = progress(new BsonTimestamp(0));
    }

    /** The progress as long as nothing was read, which takes no time. */
    CollectionProgress untouched() {
        return untouched;
    }

    CollectionProgress progress(BsonTimestamp position) {
        return new CollectionProgress(collection, gate.progress(position), settled(), estimated);
    }
}
