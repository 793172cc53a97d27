package dev.onchange.status;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far the snapshot of a handler has come; kept until the handler's position has passed what was read.
 *
 * @param handlerId whose; a partition has an id like {@code stock|3/8}
 * @param collections those that are not read to their end, with their databases
 * @param documents how many documents are read and settled, or passed over as not wanted; of a partition about as many as are its own
 * @param estimated how many there are, about; of a partition, its own
 * @param perSecond how many have been in a second lately
 * @param paused whether it was paused
 * @param trouble why nothing can be read at the moment; null if nothing hinders it
 */
public record SnapshotStatus(
        String handlerId,
        List<String> collections,
        long documents,
        long estimated,
        double perSecond,
        boolean paused,
        @Nullable Throwable trouble) {

    public SnapshotStatus {
        collections = List.copyOf(collections);
    }

    /** That of both together, under the id of the handler whose partitions they are. */
    SnapshotStatus and(String id, SnapshotStatus other) {
        return new SnapshotStatus(
                id,
                Stream.concat(collections.stream(), other.collections.stream())
                        .distinct()
                        .toList(),
                documents + other.documents,
                estimated + other.estimated,
                perSecond + other.perSecond,
                paused || other.paused,
                trouble == null ? other.trouble : trouble);
    }

    /** Whether all documents are settled. */
    public boolean complete() {
        return collections.isEmpty();
    }

    /** How long it will take at this rate; null if that is not known. */
    public @Nullable Duration timeLeft() {
        if (complete()) {
            return Duration.ZERO;
        }
        return perSecond <= 0 || paused ? null : Duration.ofSeconds((long) ((estimated - documents) / perSecond));
    }

    /** For people: {@code index: 170000 of about 200000 documents, 12000 a second, 2 s left}. */
    @Override
    public String toString() {
        Duration left = timeLeft();
        String pace = complete() ? ", complete" : paused ? ", paused" : String.format(", %.0f a second", perSecond);
        return handlerId + ": " + documents + " of about " + estimated + " documents" + pace
                + (complete() || left == null ? "" : ", " + left.toSeconds() + " s left")
                + (trouble == null ? "" : ", hindered by " + trouble);
    }
}
