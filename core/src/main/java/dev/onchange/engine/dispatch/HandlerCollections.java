package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.dispatch.CollectionSnapshot.Wanted;
import dev.onchange.engine.snapshot.CollectionProgress;
import dev.onchange.engine.snapshot.SnapshotGate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The collections of a handler's snapshot, of which there may be thousands: those whose turn has not come, those that are
 * read or settled, and those that are done with. Guarded by the handler's {@link HandlerSnapshot}.
 */
final class HandlerCollections {

    private static final int MOST_ANNOUNCED = 32;
    private static final int MANY = 8;
    private static final int FEW_DOCUMENTS = 1_000;

    private final Map<String, CollectionSnapshot> byName = new LinkedHashMap<>();
    private final Set<CollectionSnapshot> waiting = new LinkedHashSet<>();
    private final Set<CollectionSnapshot> begun = new LinkedHashSet<>();

    /** What they have read was settled, and the stream has passed it: only changes that come again concern them. */
    private final Set<CollectionSnapshot> done = new LinkedHashSet<>();

    private List<CollectionSnapshot> announcing = List.of();

    /** @param untouched whether nothing was read of it */
    void add(CollectionSnapshot collection, boolean untouched) {
        byName.put(collection.collection.fullName(), collection);
        (untouched ? waiting : begun).add(collection);
    }

    @Nullable
    CollectionSnapshot of(String fullName) {
        return byName.get(fullName);
    }

    Collection<CollectionSnapshot> all() {
        return byName.values();
    }

    Collection<CollectionSnapshot> begun() {
        return begun;
    }

    /** Its turn has come. */
    void begin(CollectionSnapshot collection) {
        if (waiting.remove(collection)) {
            begun.add(collection);
        }
    }

    /** Another stream feeds the handler: it may bring changes again. */
    void attached() {
        begun.addAll(done);
        done.clear();
    }

    /** The one to be read next; null if all were. */
    @Nullable
    CollectionSnapshot next() {
        for (CollectionSnapshot each : begun) {
            if (!each.gate.allRead()) {
                return each;
            }
        }
        return waiting.isEmpty() ? null : waiting.iterator().next();
    }

    /**
     * The handler will be given documents of one up to a key; with the last ones, if many collections wait, those of some that
     * follow: each of few documents, so that it is not much if they are all taken for known after a crash.
     *
     * @return whether there is anything to save
     */
    boolean announce(CollectionSnapshot collection, @Nullable DocumentId upTo) {
        announcing = List.of();
        if (collection.announced) {
            return false;
        }
        collection.gate.announce(upTo);
        if (upTo == null) {
            announcing = waiting.stream()
                    .limit(Math.min(MOST_ANNOUNCED, waiting.size() / MANY))
                    .filter(each -> each.estimated() <= FEW_DOCUMENTS)
                    .toList();
            announcing.forEach(CollectionSnapshot::announceAll);
        }
        return true;
    }

    /** What was announced is saved. */
    void announced() {
        announcing.forEach(each -> each.announced = true);
    }

    long sum(ToLongFunction<SnapshotGate<DocumentId, Wanted, Delivery>> of) {
        long sum = 0;
        for (CollectionSnapshot each : begun) {
            sum += of.applyAsLong(each.gate);
        }
        return sum;
    }

    /** What is to be saved of them with a position of that time. */
    List<CollectionProgress> left(BsonTimestamp position) {
        List<CollectionProgress> left = new ArrayList<>();
        touched().filter(each -> !each.gate.over(position)).forEach(each -> left.add(each.progress(position)));
        waiting.forEach(each -> left.add(each.untouched()));
        return left;
    }

    private Stream<CollectionSnapshot> touched() {
        return Stream.concat(done.stream(), begun.stream());
    }

    /** Whether that holds for all; it never does for one that waits. */
    boolean all(Predicate<CollectionSnapshot> of) {
        return waiting.isEmpty() && touched().allMatch(of);
    }

    /** Whether all changes that come from now on are the handler's, when the stream has brought those up to that time. */
    boolean decidesNoMore(BsonTimestamp reached) {
        begun.removeIf(each -> each.gate.decidesNoMore(reached) && done.add(each));
        return waiting.isEmpty() && begun.isEmpty();
    }
}
