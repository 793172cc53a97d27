package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.snapshot.CollectionProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * The collections of a handler's snapshot, of which there may be thousands: those whose turn has not come, those that are
 * read or settled, and those that are done with. Guarded by the handler's {@link HandlerSnapshot}.
 */
final class HandlerCollections {

    /** No more is read while documents of so many bytes wait for the handler: a read may give twice as many. */
    private static final long MOST_BYTES = 8L * 1024 * 1024;

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

    /** Whether so many documents that were read, or so many bytes that no more are to be read, wait for the handler. */
    boolean holdMore(int documents) {
        long held = 0;
        long bytes = 0;
        for (CollectionSnapshot each : begun) {
            held += each.gate.unsettled();
            bytes += each.gate.unsettledBytes();
        }
        return held >= documents || bytes >= MOST_BYTES;
    }

    /** How many wait for their turn. */
    int waiting() {
        return waiting.size();
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
