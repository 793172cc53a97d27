package dev.onchange.engine.dispatch;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the snapshot of a handler fares.
 *
 * @param left the collections that are not complete
 * @param documents how many documents are settled
 * @param estimated how many there are, about
 * @param perSecond how many are settled in a second
 * @param paused whether it was paused
 * @param trouble why nothing can be read at the moment; null if nothing hinders it
 */
public record SnapshotState(
        List<String> left,
        long documents,
        long estimated,
        double perSecond,
        boolean paused,
        @Nullable Throwable trouble) {

    static SnapshotState of(
            Collection<CollectionSnapshot> collections, double perSecond, boolean paused, @Nullable Throwable trouble) {
        long settled =
                collections.stream().mapToLong(CollectionSnapshot::settled).sum();
        long estimated =
                collections.stream().mapToLong(CollectionSnapshot::estimated).sum();
        return new SnapshotState(
                collections.stream()
                        .filter(each -> !each.gate.complete())
                        .map(each -> each.collection.fullName())
                        .toList(),
                settled,
                Math.max(settled, estimated),
                perSecond,
                paused,
                trouble);
    }
}
