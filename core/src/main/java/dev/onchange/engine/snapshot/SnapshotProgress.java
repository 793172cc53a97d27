package dev.onchange.engine.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the snapshot of one collection has come: with a position of the handler it is all that is needed to go on.
 *
 * @param segments what was read and is settled, in the order of the keys; none if nothing was
 * @param known the documents that the handler may have been given
 */
public record SnapshotProgress<K extends Comparable<K>>(List<ReadSegment<K>> segments, KnownDocuments<K> known) {

    public SnapshotProgress {
        segments = List.copyOf(segments);
    }

    /** A snapshot that has not begun. */
    public static <K extends Comparable<K>> SnapshotProgress<K> begin(KnownDocuments<K> known) {
        return new SnapshotProgress<>(List.of(), known);
    }

    /** Whether every document is settled. */
    public boolean complete() {
        return !segments.isEmpty() && segments.get(segments.size() - 1).to() == null;
    }

    /** Whether it ended before all was read: of the documents behind what was read each change is the handler's. */
    boolean ended() {
        return complete() && segments.get(segments.size() - 1).time().equals(ReadSegment.NEVER);
    }

    /** The documents up to this key are settled; null if none are, or all. */
    public @Nullable K frontier() {
        return segments.isEmpty() ? null : segments.get(segments.size() - 1).to();
    }
}
