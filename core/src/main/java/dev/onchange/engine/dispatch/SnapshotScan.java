package dev.onchange.engine.dispatch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.mongodb.MongoCommandException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.dispatch.CollectionSnapshot.Wanted;
import dev.onchange.engine.snapshot.Chunk;
import dev.onchange.engine.snapshot.ChunkRequest;
import dev.onchange.engine.snapshot.CollectionGoneException;
import dev.onchange.engine.snapshot.ReadSegment;
import dev.onchange.engine.snapshot.SnapshotCollection;
import dev.onchange.engine.snapshot.SnapshotEvents;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.ResumeTokens;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * Reads the documents that the handlers of one stream are given before their changes: a chunk of one collection at a time,
 * for all handlers that have come equally far in it, while the stream goes on.
 */
final class SnapshotScan {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(5), 0.2);

    /** So soon it is seen that the stream has passed the time of a read, or that a limit allows for more. */
    private static final long TICK_MILLIS = 25;

    /** Chunks hold so many bytes, about. */
    private static final int CHUNK_BYTES = 4 * 1024 * 1024;

    /** After these a collection is not the one that it was. */
    private static final Set<String> ENDING = Set.of("drop", "rename", "dropDatabase", "invalidate");

    /** The account may not read, the command is not known, or the collection's keys have another order. */
    private static final Set<Integer> LASTING = Set.of(2, 9, 13, 59, 72, 115, 166, 51173, 51174, 51175);

    private final String fingerprint;
    private final StreamProgress progress;
    private final SnapshotSettings settings;
    private final SnapshotDeliveries deliveries;
    private final BiConsumer<HandlerRoute, Throwable> stopHandler;
    private final List<Participant> participants = new CopyOnWriteArrayList<>();
    private final Disposable.Swap ticks = Disposables.swap();
    private final Disposable.Swap reading = Disposables.swap();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile boolean open;
    private volatile boolean underWay;
    private volatile int documentBytes = 1_000;
    private volatile long notBefore;
    private volatile @Nullable Gone gone;
    private int failures;

    /** A collection that was not there any more, at a time. */
    private record Gone(String collection, BsonTimestamp time) {}

    /** A handler that takes part. */
    private record Participant(HandlerRoute route, HandlerSnapshot snapshot) {}

    /** A handler that the next chunk is read for. */
    private record Member(HandlerRoute route, HandlerSnapshot snapshot, CollectionSnapshot collection) {}

    /**
     * The handlers that the next chunk is read for.
     *
     * @param bound up to which key they need it, as other handlers go on with them from there; null if there is none
     */
    private record Group(
            SnapshotCollection collection,
            List<Member> members,
            @Nullable DocumentId bound) {}

    /** A chunk, and what each member of the group wants of it. */
    private record Prepared(Group group, Chunk chunk, List<List<Wanted>> wanted, ReadSegment<DocumentId> segment) {}

    /** @param stopHandler stops a handler whose documents cannot be read */
    SnapshotScan(
            String fingerprint,
            StreamProgress progress,
            SnapshotSettings settings,
            SnapshotDeliveries deliveries,
            BiConsumer<HandlerRoute, Throwable> stopHandler) {
        this.fingerprint = fingerprint;
        this.progress = progress;
        this.settings = settings;
        this.deliveries = deliveries;
        this.stopHandler = stopHandler;
        deliveries.onWakeUp(this::run);
    }

    /** A handler takes part in the stream from now on. */
    void attach(HandlerRoute route) {
        HandlerSnapshot snapshot = route.snapshot();
        if (snapshot != null) {
            snapshot.attach(route.lanes(), deliveries);
            participants.add(new Participant(route, snapshot));
            if (open) {
                start();
            }
        }
    }

    /** The snapshot of a handler that has missed changes. */
    Mono<HandlerSnapshot> begin(HandlerRoute route, Position now) {
        return settings.begins().afterMissedChanges(route.spec(), route.id(), now);
    }

    /** A handler is given other documents from now on. */
    void exchange(HandlerRoute route, HandlerSnapshot next) {
        detach(route);
        route.exchangeSnapshot(next);
        attach(route);
    }

    /** A handler takes part no longer. */
    void detach(HandlerRoute route) {
        participants.removeIf(each -> each.route() == route);
    }

    /** The stream is open. */
    void start() {
        open = true;
        if (!participants.isEmpty()) {
            ticks.update(settings.timing().timer().schedulePeriodically(this::run, 0, TICK_MILLIS, MILLISECONDS));
        }
    }

    void stop() {
        open = false;
        ticks.dispose();
        reading.dispose();
    }

    /** Called with each change of the stream before it is routed. */
    void before(RawChange raw) {
        if (!participants.isEmpty() && ENDING.contains(raw.operation())) {
            participants.forEach(each -> each.snapshot().gone(raw));
        }
    }

    /** Whether the change, which concerns no document, ends the snapshot of a collection. */
    static boolean ends(RawChange control, SnapshotCollection collection) {
        if (control.operation().equals("invalidate")) {
            return true;
        }
        if (control.operation().equals("dropDatabase")) {
            return collection.database().equals(control.database());
        }
        boolean named = collection.database().equals(control.database())
                && collection.name().equals(control.collection());
        return named
                || control.operation().equals("rename")
                        && control.document().get("to") instanceof BsonDocument to
                        && new BsonString(collection.database()).equals(to.get("db"))
                        && new BsonString(collection.name()).equals(to.get("coll"));
    }

    /** Goes on as far as possible; work that is called for meanwhile is done by the thread that is at it. */
    private void run() {
        int missed = runs.incrementAndGet();
        if (missed != 1) {
            return;
        }
        while (missed != 0) {
            goOn();
            missed = runs.addAndGet(-missed);
        }
    }

    private void goOn() {
        BsonTimestamp reached = passed(progress.reached());
        for (Participant each : participants) {
            HandlerSnapshot snapshot = each.snapshot();
            if (reached != null) {
                endIfGone(snapshot, reached);
                snapshot.streamReached(reached);
            }
            snapshot.feed();
            snapshot.startLanes();
        }
        if (open && !underWay && settings.timing().clock().millis() >= notBefore) {
            Group group = next();
            if (group != null) {
                read(group);
            }
        }
    }

    /** All changes up to that time have come. */
    private static @Nullable BsonTimestamp passed(@Nullable Position reached) {
        if (reached == null) {
            return null;
        }
        // Further changes of the same transaction may follow the one whose token it is.
        return ResumeTokens.isOfChange(reached.token())
                ? new BsonTimestamp(reached.clusterTime().getValue() - 1)
                : reached.clusterTime();
    }

    private void endIfGone(HandlerSnapshot snapshot, BsonTimestamp reached) {
        Gone known = gone;
        if (known != null && reached.compareTo(known.time()) >= 0) {
            CollectionSnapshot collection = snapshot.of(known.collection());
            if (collection != null) {
                snapshot.end(collection);
            }
        }
    }

    private @Nullable Group next() {
        for (Participant each : participants) {
            CollectionSnapshot first = each.snapshot().next();
            Group group = first == null ? null : group(first.collection);
            if (group != null) {
                return group;
            }
        }
        return null;
    }

    /** The handlers that have come least far in the collection; null if one of them has enough to do. */
    private @Nullable Group group(SnapshotCollection collection) {
        List<Member> members = new ArrayList<>();
        DocumentId least = null;
        DocumentId bound = null;
        for (Member each : reading(collection)) {
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
        boolean enough = members.stream().anyMatch(each -> each.snapshot().isAhead(each.collection(), most(each)));
        return members.isEmpty() || enough ? null : new Group(collection, members, bound);
    }

    /** How many documents the next read gives a handler at most. */
    private int most(Member member) {
        return Math.max(
                1, Math.min(CHUNK_BYTES / documentBytes, member.snapshot().chunk(member.collection())));
    }

    private List<Member> reading(SnapshotCollection collection) {
        List<Member> reading = new ArrayList<>();
        for (Participant each : participants) {
            CollectionSnapshot its = each.snapshot().of(collection.fullName());
            if (its != null && each.snapshot().isReadable(its)) {
                reading.add(new Member(each.route(), each.snapshot(), its));
            }
        }
        return reading;
    }

    /** The first of all documents is behind null. */
    private static int compare(@Nullable DocumentId one, @Nullable DocumentId other) {
        if (one == null || other == null) {
            return Boolean.compare(one != null, other != null);
        }
        return one.compareTo(other);
    }

    private void read(Group group) {
        underWay = true;
        BsonTimestamp after = new BsonTimestamp(0);
        int limit = Integer.MAX_VALUE;
        for (Member each : group.members()) {
            BsonTimestamp its = each.snapshot().readBegins(each.collection());
            after = its.compareTo(after) > 0 ? its : after;
            limit = Math.min(limit, most(each));
        }
        Member any = group.members().get(0);
        DocumentId behind = any.snapshot().behind(any.collection());
        reading.update(settings.reader()
                .read(new ChunkRequest(group.collection(), behind, limit, after))
                .publishOn(settings.timing().background())
                .map(chunk -> prepare(group, chunk))
                .flatMap(this::announce)
                .subscribe(this::apply, failure -> failed(group, failure)));
    }

    private Prepared prepare(Group group, Chunk chunk) {
        SnapshotEvents events = new SnapshotEvents(group.collection(), fingerprint);
        List<List<Wanted>> wanted = new ArrayList<>();
        group.members().forEach(member -> wanted.add(new ArrayList<>()));
        DocumentId bound = group.bound();
        long bytes = 0;
        for (RawBsonDocument document : chunk.documents()) {
            DocumentId key = Objects.requireNonNull(DocumentId.of(document));
            if (bound != null && key.compareTo(bound) > 0) {
                break;
            }
            SnapshotDocument read = deliveries.document(key, events.event(document, chunk.time()));
            bytes += read.raw().size();
            for (int i = 0; i < wanted.size(); i++) {
                group.members().get(i).route().addIfWanted(read, wanted.get(i));
            }
        }
        if (!chunk.documents().isEmpty()) {
            documentBytes = (int) Math.max(1, bytes / chunk.documents().size());
        }
        DocumentId last = chunk.last();
        DocumentId to = bound != null && last != null && last.compareTo(bound) > 0 ? bound : last;
        return new Prepared(group, chunk, wanted, new ReadSegment<>(to, chunk.time()));
    }

    /** What a handler is given must be known after a crash: it would not be told of deletions otherwise. */
    private Mono<Prepared> announce(Prepared prepared) {
        prepared.group()
                .members()
                .forEach(each -> each.snapshot()
                        .announce(each.collection(), prepared.segment().to()));
        return settings.save().get().thenReturn(prepared);
    }

    private void apply(Prepared prepared) {
        List<Member> members = prepared.group().members();
        for (int i = 0; i < members.size(); i++) {
            Member each = members.get(i);
            each.snapshot()
                    .read(
                            each.collection(),
                            prepared.wanted().get(i),
                            prepared.chunk().documents().size(),
                            prepared.segment(),
                            deliveries);
            each.snapshot().trouble(null);
        }
        failures = 0;
        underWay = false;
        run();
    }

    private void failed(Group group, Throwable failure) {
        failures++;
        group.members().forEach(each -> {
            each.snapshot().readFails(each.collection());
            each.snapshot().trouble(failure);
            each.snapshot().startLanes();
            settings.events()
                    .accept(new ListenerEvent.SnapshotHindered(
                            each.route().id(), group.collection().fullName(), failures, failure));
        });
        if (isLasting(failure)) {
            group.members().forEach(each -> stopHandler.accept(each.route(), failure));
        }
        if (failure instanceof CollectionGoneException left && left.time() != null) {
            gone = new Gone(group.collection().fullName(), left.time());
        }
        notBefore = settings.timing().clock().millis()
                + settings.timing().delayAfter(failures, BACKOFF).toMillis();
        underWay = false;
    }

    private static boolean isLasting(Throwable failure) {
        return failure instanceof MongoCommandException refused && LASTING.contains(refused.getErrorCode());
    }
}
