package dev.onchange.console;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.connection.ClusterType;
import com.mongodb.reactivestreams.client.ChangeStreamPublisher;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.console.TapWindow.Shown;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A change stream for somebody who looks: all changes of a collection, or of what is above it, those of the last minutes first,
 * as few as can be looked at. It is a stream of its own, as those of the handlers carry only what their filters let through. Where
 * far more changes come than can be looked at, it is closed after some and opened again a moment later: neither the server nor the
 * application pays for the others.
 */
final class ChangeTap {

    /** After this time it ends: nobody looks for longer without asking again. */
    private static final Duration LIFE = Duration.ofMinutes(5);

    private static final Duration TICK = Duration.ofMillis(500);

    /** What is shown of a flood lasts for so long. */
    private static final Duration PAUSE = TICK.multipliedBy(2);

    private final MongoClient client;
    private final Clock clock;
    private final Scheduler timer;
    private final OpenTails tails;
    private final PastChanges past;

    ChangeTap(MongoClient client, Clock clock, Scheduler timer, OpenTails tails) {
        this.client = client;
        this.clock = clock;
        this.timer = timer;
        this.tails = tails;
        this.past = new PastChanges(client);
    }

    /** One that begins now; it is open once its changes are taken. */
    OpenTails.Tail tail(@Nullable String database, @Nullable String collection, String by) {
        return new OpenTails.Tail(database, collection, by, clock.instant());
    }

    /** @throws Refusal if too many are open */
    void requireRoom() {
        tails.requireRoom();
    }

    /**
     * What is to be shown, twice a second at most; completes after five minutes, fails as the stream does. The stream is open for
     * as long as somebody takes this.
     */
    Flux<Shown> open(OpenTails.Tail tail, FullDocument fullDocument) {
        return tails.whileOpen(
                tail,
                Flux.defer(() -> begin(clock.instant(), tail, fullDocument)
                                .flatMapMany(begin ->
                                        Flux.fromIterable(begin.shown).concatWith(live(tail, fullDocument, begin))))
                        .take(LIFE, timer));
    }

    /** Of a sharded cluster one server does not know the others' changes: there the stream itself begins a little earlier. */
    private Mono<Begin> begin(Instant now, OpenTails.Tail tail, FullDocument fullDocument) {
        boolean sharded = client.getClusterDescription().getType() == ClusterType.SHARDED;
        Begin soon = new Begin(List.of(), null, sharded ? now.minusSeconds(10) : now);
        return sharded
                ? Mono.just(soon)
                : past.until(now, tail, options(tail, fullDocument))
                        .map(Begin::of)
                        .defaultIfEmpty(soon);
    }

    private static BsonDocument options(OpenTails.Tail tail, FullDocument fullDocument) {
        BsonDocument options = new BsonDocument();
        if (fullDocument != FullDocument.DEFAULT) {
            options.append("fullDocument", new BsonString(fullDocument.getValue()));
        }
        if (tail.database() == null) {
            options.append("allChangesForCluster", BsonBoolean.TRUE);
        }
        return options;
    }

    private Flux<Shown> live(OpenTails.Tail tail, FullDocument fullDocument, Begin begin) {
        TapWindow window = new TapWindow();
        AtomicReference<@Nullable Begin> first = new AtomicReference<>(begin);
        Flux<RawBsonDocument> changes = Flux.defer(
                        () -> stream(tail, fullDocument, first.getAndSet(null), window.batch()))
                .doOnNext(window::add)
                .takeUntil(change -> window.isFlooded())
                .repeatWhen(ended -> ended.delayElements(PAUSE, timer));
        Flux<Shown> shown =
                Flux.interval(TICK, timer).onBackpressureDrop().concatMapIterable(tick -> window.shown(), 1);
        return Flux.merge(changes.ignoreElements().cast(Shown.class), shown);
    }

    /** @param begin null for now */
    private Flux<RawBsonDocument> stream(
            OpenTails.Tail tail, FullDocument fullDocument, @Nullable Begin begin, int batch) {
        ChangeStreamPublisher<RawBsonDocument> stream = watch(tail.database(), tail.collection())
                .fullDocument(fullDocument)
                .batchSize(batch);
        if (begin != null && begin.after != null) {
            stream.startAfter(begin.after);
        } else if (begin != null && begin.at != null) {
            stream.startAtOperationTime(new BsonTimestamp(Math.toIntExact(begin.at.getEpochSecond()), 0));
        }
        return Flux.from(stream.withDocumentClass(RawBsonDocument.class));
    }

    private ChangeStreamPublisher<RawBsonDocument> watch(@Nullable String database, @Nullable String collection) {
        if (database == null) {
            return client.watch(List.of(), RawBsonDocument.class);
        }
        MongoDatabase of = client.getDatabase(database);
        return collection == null
                ? of.watch(List.of(), RawBsonDocument.class)
                : of.getCollection(collection).watch(List.of(), RawBsonDocument.class);
    }

    /**
     * What is shown first, and where the stream goes on.
     *
     * @param after the token after which; null if it is not known
     * @param at the time at which, if no token is known; null for now
     */
    private record Begin(
            List<Shown> shown,
            @Nullable BsonDocument after,
            @Nullable Instant at) {

        /** What comes after more than was read is too much to be looked at: it is passed over. */
        static Begin of(PastChanges.Found found) {
            List<Shown> shown = new ArrayList<>();
            found.changes().forEach(change -> shown.add(new Shown.Change(change)));
            if (found.more()) {
                shown.add(new Shown.Dropped(0, true));
            }
            return new Begin(shown, found.more() ? null : found.end(), null);
        }
    }
}
