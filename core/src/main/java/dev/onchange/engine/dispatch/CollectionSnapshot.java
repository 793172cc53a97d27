package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.snapshot.CollectionProgress;
import dev.onchange.engine.snapshot.SnapshotCollection;
import dev.onchange.engine.snapshot.SnapshotGate;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** The snapshot of one collection for one handler. Guarded by the handler's {@link HandlerSnapshot}, except {@code settled}. */
final class CollectionSnapshot {

    /** A document that is wanted; and why its filter gave no answer, null if it matches. */
    record Wanted(SnapshotDocument document, @Nullable Throwable filterFailure) {}

    final SnapshotCollection collection;
    final SnapshotGate<DocumentId, Wanted, Delivery> gate;
    private final Queue<DocumentId> settledKeys = new ConcurrentLinkedQueue<>();
    private final long estimated;
    private long settled;

    CollectionSnapshot(CollectionProgress progress, SnapshotGate<DocumentId, Wanted, Delivery> gate) {
        this.collection = progress.collection();
        this.gate = gate;
        this.estimated = progress.estimated();
        this.settled = progress.settled();
    }

    /** The handler has settled a document; called by any thread, while no lock is held. */
    void settled(DocumentId key) {
        settledKeys.add(key);
    }

    /** Takes over what was settled. */
    void drain() {
        for (DocumentId key = settledKeys.poll(); key != null; key = settledKeys.poll()) {
            gate.settled(key);
            settled++;
        }
    }

    /** Documents were read that the handler does not want. */
    void unwanted(int documents) {
        settled += documents;
    }

    /** Whether what is read is not given before the stream has passed the time of the read. */
    boolean eachReadWaits() {
        return collection.uuid() == null || gate.knowsAll();
    }

    long settled() {
        return settled;
    }

    long estimated() {
        return estimated;
    }

    CollectionProgress progress(BsonTimestamp position) {
        return new CollectionProgress(collection, gate.progress(position), settled, estimated);
    }
}
