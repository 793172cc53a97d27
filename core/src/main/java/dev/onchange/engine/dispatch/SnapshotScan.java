package dev.onchange.engine.dispatch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.mongodb.MongoCommandException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.dispatch.ScanGroup.Participant;
import dev.onchange.engine.dispatch.ScanGroup.Prepared;
import dev.onchange.engine.snapshot.Chunk;
import dev.onchange.engine.snapshot.ChunkRequest;
import dev.onchange.engine.snapshot.CollectionGoneException;
import dev.onchange.engine.snapshot.SnapshotCollection;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.ResumeTokens;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Reads the documents that the handlers of one stream are given before their changes: a chunk of one collection at a time,
 * for all handlers that have come equally far in it, while the stream goes on.
 */
final class SnapshotScan {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(5), 0.2);

    /** So soon it is seen that the stream has passed the time of a read, or that a limit allows for more. */
    private static final long TICK_MILLIS = 25;

    /** So often it is saved what is settled: a process that is killed will do again what it did since then. */
    private static final long SAVE_MILLIS = 250;

    /** No documents are given while what is saved is older than that. */
    private static final long MOST_UNSAVED_MILLIS = 800;

    /** Of so many collections that wait for their turn it takes as much to save them: that is done the less often. */
    private static final int MANY_COLLECTIONS = 4_000;

    /** So long after a change little is read at a time, and when most of what was read is handled. */
    private static final long CALM_MILLIS = 1_000;

    /** After these a collection is not the one that it was. */
    private static final Set<String> ENDING = Set.of("drop", "rename", "dropDatabase", "invalidate");

    /** The account may not read, the command is not known, or not of a strict Stable API, or the collection's keys have another order. */
    private static final Set<Integer> LASTING = Set.of(2, 9, 13, 59, 72, 115, 166, 323, 51173, 51174, 51175);

    /** It does not keep the history of a read until its end. */
    private static final Set<Integer> TOO_OLD = Set.of(239);

    private final String fingerprint;
    private final StreamProgress progress;
    private final SnapshotSettings settings;
    private final SnapshotDeliveries deliveries;
    private final BiConsumer<HandlerRoute, Throwable> stopHandler;
    private final List<Participant> participants = new CopyOnWriteArrayList<>();
    private final Disposable.Swap ticks = Disposables.swap();
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private final AtomicInteger runs = new AtomicInteger();
    private final FilteredReads filtered = new FilteredReads();
    private final ReadSizes sizes = new ReadSizes();
    private volatile boolean open;
    private volatile boolean underWay;
    private volatile long notBefore;
    private volatile long changedAt;
    private volatile long savedAt;
    private volatile boolean saving;

    /** What was settled by then is saved. */
    private volatile long savedUntil;

    private volatile @Nullable Gone gone;
    private int failures;
    private int turn;
    private int rarer = 1;

    /** A collection that was not there any more, at a time. */
    private record Gone(String collection, BsonTimestamp time) {}

    /**
     * What was read, and is saved before it is handed over.
     *
     * @param saveMillis how long saving has taken
     * @param next the read that follows it and has begun; null if none has
     */
    private record Saving(
            ScanGroup group,
            Prepared prepared,
            long saveMillis,
            @Nullable Mono<Chunk> next) {}

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

    private void rest() {
        ticks.update(Disposables.disposed());
        if (open && !participants.isEmpty()) {
            // One has come meanwhile.
            start();
        }
    }

    void stop() {
        open = false;
        ticks.dispose();
        stopped.tryEmitEmpty();
    }

    /**
     * Whether changes come: these go first, and would have to wait for a processor if the server were reading for the
     * snapshot while the handler is at it.
     */
    private boolean changesCome() {
        return settings.timing().clock().millis() - changedAt < CALM_MILLIS;
    }

    /** Called with each change of the stream before it is routed. */
    void before(RawChange raw) {
        if (participants.isEmpty()) {
            return;
        }
        changedAt = settings.timing().clock().millis();
        if (ENDING.contains(raw.operation())) {
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
        long now = settings.timing().clock().millis();
        int waiting = 0;
        for (Participant each : participants) {
            HandlerSnapshot snapshot = each.snapshot();
            if (reached != null) {
                endIfGone(snapshot, reached);
                snapshot.streamReached(reached);
            }
            if (now - savedUntil < MOST_UNSAVED_MILLIS * rarer) {
                snapshot.feed(changesCome());
            }
            waiting += snapshot.waiting();
            endIfPassed(each, reached);
            snapshot.startLanes();
        }
        rarer = 1 + waiting / MANY_COLLECTIONS;
        if (participants.isEmpty()) {
            rest();
        } else if (open && !saving && now - savedAt >= SAVE_MILLIS * rarer) {
            saveAll(now);
        }
        if (open && !underWay && now >= notBefore) {
            ScanGroup group = next();
            if (group != null) {
                underWay = true;
                take(group, read(group, group.behind()));
            }
        }
    }

    private void saveAll(long now) {
        saving = true;
        savedAt = now;
        // Who keeps the positions tells if it fails.
        settings.save()
                .apply(participants.stream().map(each -> each.route().id()).collect(Collectors.toSet()))
                .doFinally(end -> saving = false)
                .subscribe(saved -> {}, failure -> {}, () -> savedUntil = now);
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

    /** A handler whose documents are settled, and followed by all changes that they contain, is given changes as any other. */
    private void endIfPassed(Participant participant, @Nullable BsonTimestamp reached) {
        if (reached != null && participant.snapshot().decidesNoMore(reached)) {
            participant.route().endSnapshot(participant.snapshot());
            participants.remove(participant);
        }
    }

    /** Those who take part have their turn one after the other. */
    private @Nullable ScanGroup next() {
        List<Participant> all = List.copyOf(participants);
        for (int i = 0; i < all.size(); i++) {
            int at = (turn + i) % all.size();
            CollectionSnapshot first = all.get(at).snapshot().next();
            ScanGroup group = first == null ? null : ScanGroup.of(first.collection, all);
            if (group != null && !group.hasEnough(mayWait())) {
                turn = at + 1;
                return group;
            }
        }
        return null;
    }

    /** So many documents may wait for their handler while others are read. */
    private int mayWait() {
        return changesCome() ? sizes.most() : Integer.MAX_VALUE;
    }

    private Mono<Chunk> read(ScanGroup group, @Nullable DocumentId behind) {
        ChunkRequest request = group.begin(behind, sizes.most(), filtered, deliveries);
        sizes.begins(request.limit());
        Mono<Chunk> chunk = settings.reader().read(request);
        if (request.filter() == null) {
            return chunk;
        }
        long begun = settings.timing().clock().millis();
        return chunk.doOnNext(read -> filtered.took(settings.timing().clock().millis() - begun));
    }

    /**
     * Goes on with what a read gives, when it does. That may be before this returns, and the next read may have begun by then: so no
     * subscription is kept that would take the place of its.
     */
    private void take(ScanGroup group, Mono<Chunk> chunk) {
        chunk.publishOn(settings.timing().background())
                .flatMap(read -> save(group, read))
                .takeUntilOther(stopped.asMono())
                .subscribe(this::handOver, failure -> failed(group, failure));
    }

    private Mono<Saving> save(ScanGroup group, Chunk chunk) {
        sizes.read(chunk);
        Mono<Chunk> next = readAhead(group, chunk);
        Mono<Long> saved = group.announce(group.segment(chunk))
                ? begun(timed(settings.save().apply(group.handlerIds())))
                : Mono.just(0L);
        Prepared prepared = group.prepare(chunk, fingerprint, deliveries);
        filtered.read(chunk.read(), prepared.someWant());
        return saved.map(millis -> new Saving(group, prepared, millis, next));
    }

    /** How long it takes, in milliseconds. */
    private Mono<Long> timed(Mono<Void> work) {
        long begun = settings.timing().clock().millis();
        return work.then(Mono.fromSupplier(() -> settings.timing().clock().millis() - begun));
    }

    /** Begins to read what follows a chunk, if nobody would have anything to do while it is read; else null. */
    private @Nullable Mono<Chunk> readAhead(ScanGroup group, Chunk chunk) {
        DocumentId last = chunk.last();
        if (last == null
                || sizes.isLarge(chunk)
                || !open
                || changesCome()
                || !group.mayReadAhead(participants, sizes.most())) {
            return null;
        }
        return begun(read(group, last));
    }

    /** What is under way from now on; its end, and why it fails, is told to whoever takes it. */
    private static <T> Mono<T> begun(Mono<T> work) {
        Mono<T> shared = work.cache();
        shared.subscribe(result -> {}, failure -> {});
        return shared;
    }

    private void handOver(Saving saved) {
        saved.group().handOver(saved.prepared(), saved.saveMillis(), deliveries);
        failures = 0;
        if (saved.next() == null) {
            underWay = false;
        } else {
            take(saved.group(), saved.next());
        }
        run();
    }

    private void failed(ScanGroup group, Throwable failure) {
        failures++;
        group.fail(failure, deliveries);
        group.members()
                .forEach(each -> settings.events()
                        .accept(new ListenerEvent.SnapshotHindered(
                                each.route().id(), group.collection().fullName(), failures, failure)));
        if (is(failure, LASTING)) {
            group.members().forEach(each -> stopHandler.accept(each.route(), failure));
        }
        if (failure instanceof CollectionGoneException left && left.time() != null) {
            gone = new Gone(group.collection().fullName(), left.time());
        }
        if (is(failure, TOO_OLD)) {
            sizes.tooOld();
            filtered.giveUp();
        }
        notBefore = settings.timing().clock().millis()
                + settings.timing().delayAfter(failures, BACKOFF).toMillis();
        underWay = false;
    }

    private static boolean is(Throwable failure, Set<Integer> codes) {
        return failure instanceof MongoCommandException refused && codes.contains(refused.getErrorCode());
    }
}
