package dev.onchange.faults;

import static java.util.Objects.requireNonNull;

import dev.onchange.ChangeEvent;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.bson.Document;

/**
 * What one handler received of a {@link SteadyWriter}, in a space that does not grow: of each key the latest version. A
 * delete does not say its version; the next change of the key tells whether one was missed before.
 */
final class VersionCount {

    private final AtomicIntegerArray latest =
            new AtomicIntegerArray(SteadyWriter.COLLECTIONS.size() * SteadyWriter.KEYS);
    private final LongAdder received = new LongAdder();
    private final LongAdder missed = new LongAdder();
    private final LongAdder behind = new LongAdder();

    /** To be called for one change of a key at a time. */
    void add(ChangeEvent<Document> change) {
        String name = requireNonNull(change.namespace()).getCollectionName();
        int key = requireNonNull(change.documentKey()).getInt32("_id").getValue();
        int slot = SteadyWriter.slot(SteadyWriter.COLLECTIONS.indexOf(name), key);
        int before = latest.get(slot);
        int version = version(change, before);
        received.increment();
        if (version <= before) {
            behind.increment();
        } else {
            missed.add(version - before - 1);
            latest.set(slot, version);
        }
    }

    private static int version(ChangeEvent<Document> change, int before) {
        return switch (change.operationName()) {
            case "insert", "replace" -> requireNonNull(change.fullDocument()).getInteger(Write.VERSION);
            case "update" ->
                requireNonNull(requireNonNull(change.updateDescription()).getUpdatedFields())
                        .getInt32(Write.VERSION)
                        .getValue();
            case "delete" -> before + 1;
            default -> throw new IllegalArgumentException("nobody writes " + change.raw());
        };
    }

    long received() {
        return received.sum();
    }

    /** Those of which a later one came first; those that did not come are {@link #lacking} only. */
    long missed() {
        return missed.sum();
    }

    /** Repeated, or out of the order of its key. */
    long behind() {
        return behind.sum();
    }

    /** How many versions this one is short of what was written to a collection, or to all of them. */
    long lacking(SteadyWriter writer, String... collections) {
        long lacking = 0;
        for (String collection : collections) {
            int index = SteadyWriter.COLLECTIONS.indexOf(collection);
            for (int key = 0; key < SteadyWriter.KEYS; key++) {
                int slot = SteadyWriter.slot(index, key);
                lacking += writer.version(slot) - latest.get(slot);
            }
        }
        return lacking;
    }
}
