package dev.onchange.engine.snapshot;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A document that was read for one handler. Belongs to a {@link SnapshotGate}, which is not safe for use by several threads;
 * but it may be {@linkplain SnapshotGate#settled settled} by any thread.
 *
 * @param <K> its key
 * @param <D> the document
 */
public final class ReadDocument<K, D> {

    @SuppressWarnings("rawtypes") // a class has one updater, whatever its type arguments
    private static final AtomicIntegerFieldUpdater<ReadDocument> SETTLED =
            AtomicIntegerFieldUpdater.newUpdater(ReadDocument.class, "settled");

    private final K key;
    private final D document;
    private final int bytes;

    /** Up to which key all is settled when those before this one are; null if it is the first. */
    @Nullable
    K before;

    /** Whether the handler was given it. */
    boolean offered;

    private volatile int settled;

    /** @param bytes that it takes, about */
    public ReadDocument(K key, D document, int bytes) {
        this.key = key;
        this.document = document;
        this.bytes = bytes;
    }

    public K key() {
        return key;
    }

    public D document() {
        return document;
    }

    int bytes() {
        return bytes;
    }

    /** The handler has settled it; true the first time. */
    boolean settle() {
        return SETTLED.compareAndSet(this, 0, 1);
    }

    boolean isSettled() {
        return settled != 0;
    }
}
