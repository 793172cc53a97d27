package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.dispatch.CollectionSnapshot.Wanted;
import dev.onchange.engine.snapshot.Chunk;
import dev.onchange.engine.snapshot.ChunkRequest;
import dev.onchange.engine.snapshot.DocumentFilter;
import dev.onchange.engine.snapshot.ReadDocument;
import dev.onchange.engine.snapshot.ReadSegment;
import dev.onchange.engine.snapshot.SnapshotCollection;
import dev.onchange.engine.snapshot.SnapshotEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The handlers that the next documents of a collection are read for: those that have come least far in it.
 *
 * @param behind the key up to which they have come; null if to none
 * @param bound up to which key they need it, as other handlers go on with them from there; null if there is none
 */
record ScanGroup(
        SnapshotCollection collection,
        List<Member> members,
        @Nullable DocumentId behind,
        @Nullable DocumentId bound) {

    /** A handler that takes part in a scan. */
    record Participant(HandlerRoute route, HandlerSnapshot snapshot) {}

    /** A handler that documents of one collection are read for. */
    record Member(HandlerRoute route, HandlerSnapshot snapshot, CollectionSnapshot collection) {

        boolean is(Participant participant) {
            return participant.route() == route && participant.snapshot() == snapshot;
        }
    }

    /**
     * What each member wants of a chunk, whose documents it does not hold on to.
     *
     * @param read how many documents there were
     * @param someWant how many of them a member wants
     */
    record Prepared(
            List<List<ReadDocument<DocumentId, Wanted>>> wanted,
            int read,
            int someWant,
            ReadSegment<DocumentId> segment) {}

    /** Of those who take part; null if none of them has anything to read of the collection. */
    static @Nullable ScanGroup of(SnapshotCollection collection, List<Participant> participants) {
        List<Member> members = new ArrayList<>();
        DocumentId least = null;
        DocumentId bound = null;
        for (Member each : readers(collection, participants)) {
            DocumentId behind = each.snapshot().behind(each.collection());
            int order = members.isEmpty() ? -1 : compare(behind, least);
            if (order < 0) {
                bound = members.isEmpty() ? null : least;
                members.clear();
                least = behind;
            } else if (order > 0 && (bound == null || compare(behind, bound) < 0)) {
                bound = behind;
            }
            if (order <= 0) {
                members.add(each);
            }
        }
        return members.isEmpty() ? null : new ScanGroup(collection, members, least, bound);
    }

    private static List<Member> readers(SnapshotCollection collection, List<Participant> participants) {
        List<Member> readers = new ArrayList<>();
        for (Participant each : participants) {
            CollectionSnapshot its = each.snapshot().of(collection.fullName());
            if (its != null && each.snapshot().isReadable(its)) {
                readers.add(new Member(each.route(), each.snapshot(), its));
            }
        }
        return readers;
    }

    /** The first of all documents is behind null. */
    private static int compare(@Nullable DocumentId one, @Nullable DocumentId other) {
        if (one == null || other == null) {
            return Boolean.compare(one != null, other != null);
        }
        return one.compareTo(other);
    }

    /**
     * Whether one of them has enough to do.
     *
     * @param most so many documents, or a read of a usual size, may wait; half of them while changes come
     */
    boolean hasEnough(int most) {
        return members.stream().anyMatch(each -> each.snapshot().isAhead(each.collection(), most(each, most)));
    }

    /**
     * Whether all of these, and nobody else, would have to wait for what follows a chunk that is not handed over yet.
     *
     * @param participants all handlers of the scan
     */
    boolean mayReadAhead(List<Participant> participants, int most) {
        return bound == null
                && members.stream().allMatch(each -> participants.stream().anyMatch(each::is))
                && members.stream().allMatch(each -> each.snapshot().mayReadAhead(each.collection(), most(each, most)))
                && participants.stream()
                        .allMatch(other -> other.snapshot().next() == null
                                || members.stream().anyMatch(each -> each.is(other)));
    }

    /**
     * A read begins.
     *
     * @param from behind which key
     * @param most how many documents it gives at most
     * @param filtered decides whether the server leaves out what nobody wants
     */
    ChunkRequest begin(@Nullable DocumentId from, int most, FilteredReads filtered, SnapshotDeliveries deliveries) {
        BsonTimestamp after = new BsonTimestamp(0);
        int limit = most;
        for (Member each : members) {
            BsonTimestamp its = each.snapshot().readBegins(each.collection(), deliveries);
            after = its.compareTo(after) > 0 ? its : after;
            limit = Math.min(limit, most(each, most));
        }
        BsonDocument filter = DocumentFilter.any(
                members.stream().map(each -> each.route().documentFilter()).toList());
        return new ChunkRequest(collection, from, limit, after, filtered.filter(filter, limit));
    }

    /** How many documents the next read gives a handler at most. */
    private static int most(Member member, int most) {
        return Math.max(1, Math.min(most, member.snapshot().chunk(member.collection())));
    }

    /** Up to which key a chunk gives all that the members need, and as of when. */
    ReadSegment<DocumentId> segment(Chunk chunk) {
        DocumentId last = chunk.last();
        DocumentId to = bound != null && last != null && last.compareTo(bound) > 0 ? bound : last;
        return new ReadSegment<>(to, chunk.time());
    }

    /** What each member wants of a chunk. */
    Prepared prepare(Chunk chunk, String fingerprint, SnapshotDeliveries deliveries) {
        SnapshotEvents events = new SnapshotEvents(collection, fingerprint, chunk.time());
        List<List<ReadDocument<DocumentId, Wanted>>> wanted = new ArrayList<>();
        members.forEach(member -> wanted.add(new ArrayList<>()));
        int some = 0;
        for (RawBsonDocument document : chunk.documents()) {
            // A copy: one that waits for long must not hold on to the whole reply.
            DocumentId key = Objects.requireNonNull(DocumentId.copyOf(document));
            if (bound != null && key.compareTo(bound) > 0) {
                break;
            }
            SnapshotDocument read =
                    deliveries.document(events, key, RawBytes.array(document), RawBytes.offset(document));
            some += addIfWanted(key, read, RawBytes.length(document), wanted) ? 1 : 0;
        }
        return new Prepared(wanted, chunk.read(), some, segment(chunk));
    }

    /** Whether somebody wants it. */
    private boolean addIfWanted(
            DocumentId key, SnapshotDocument read, int bytes, List<List<ReadDocument<DocumentId, Wanted>>> wanted) {
        boolean some = false;
        for (int i = 0; i < wanted.size(); i++) {
            Wanted its = members.get(i).route().ifWanted(read);
            if (its != null) {
                wanted.get(i).add(new ReadDocument<>(key, its, bytes));
                some = true;
            }
        }
        return some;
    }

    Set<String> handlerIds() {
        return members.stream().map(each -> each.route().id()).collect(Collectors.toSet());
    }

    /**
     * What a handler is given must be known after a crash: it would not be told of deletions otherwise.
     *
     * @return whether there is anything to save
     */
    boolean announce(ReadSegment<DocumentId> segment) {
        boolean some = false;
        for (Member each : members) {
            some |= each.snapshot().announce(each.collection(), segment.to());
        }
        return some;
    }

    /**
     * Each member takes over what it wants.
     *
     * @param saveMillis how long it has taken to save what was announced
     */
    void handOver(Prepared prepared, long saveMillis, SnapshotDeliveries deliveries) {
        for (int i = 0; i < members.size(); i++) {
            Member each = members.get(i);
            each.snapshot().announced(saveMillis);
            each.snapshot()
                    .read(each.collection(), prepared.wanted().get(i), prepared.read(), prepared.segment(), deliveries);
            each.snapshot().trouble(null);
        }
    }

    /** What is under way gives nothing. */
    void fail(Throwable failure, SnapshotDeliveries deliveries) {
        members.forEach(each -> {
            each.snapshot().readFails(each.collection(), deliveries);
            each.snapshot().trouble(failure);
            each.snapshot().startLanes();
        });
    }
}
