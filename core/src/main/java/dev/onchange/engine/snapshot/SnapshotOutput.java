package dev.onchange.engine.snapshot;

/**
 * What a gate lets through, in the order in which the handler is to be given it.
 *
 * @param <K> the key of a document
 * @param <D> a document
 * @param <C> a change
 */
public interface SnapshotOutput<K, D, C> {

    void document(ReadDocument<K, D> document);

    void change(C change);

    /** The change is not the handler's: a document contains it. */
    void discard(C change);
}
