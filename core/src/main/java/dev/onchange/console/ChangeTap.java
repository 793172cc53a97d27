package dev.onchange.console;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.ChangeStreamPublisher;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
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

    /** So far back it begins: less far where there are more changes in that time than are read for it. */
    private static final List<Duration> BACK =
            List.of(Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofSeconds(10));

    private static final int MOST_BACK = 2_000;

    private static final Duration TICK = Duration.ofMillis(500);

    private static final int BATCH = 100;

    private final MongoClient client;
    private final Clock clock;
    private final Scheduler timer;
    private final OpenTails tails;

    ChangeTap(MongoClient client, Clock clock, Scheduler timer, OpenTails tails) {
        this.client = client;
        this.clock = clock;
        this.timer = timer;
        this.tails = tails;
    }

    /** @throws Refusal if too many are open */
    void requireRoom() {
        tails.requireRoom();
    }

    /**
     * What is to be shown, twice a second at most; completes after five minutes, fails as the stream does. The stream is open for
     * as long as somebody takes this.
     */
    Flux<TapWindow.Shown> open(OpenTails.Tail tail, FullDocument fullDocument) {
        return tails.whileOpen(tail, Flux.defer(() -> {
            Instant now = clock.instant();
            TapWindow window = new TapWindow(now);
            Flux<RawBsonDocument> changes = Flux.fromIterable(BACK)
                    .concatMap(
                            back -> Flux.defer(() -> window.isCurrent()
                                    ? Flux.empty()
                                    : stream(tail, fullDocument, now.minus(back))
                                            .doOnSubscribe(begun -> window.clear())
                                            .doOnNext(window::add)
                                            .takeUntil(change -> window.isEnough(MOST_BACK))
                                            // A position that the oplog no longer holds: then from later on.
                                            .onErrorResume(failure -> window.isEmpty(), failure -> Flux.empty())),
                            1)
                    .concatWith(Flux.defer(() -> stream(tail, fullDocument, null))
                            .doOnNext(window::add)
                            .takeUntil(change -> window.isFlooded())
                            .repeatWhen(ended -> ended.delayElements(TICK, timer)));
            Flux<TapWindow.Shown> shown =
                    Flux.interval(TICK, timer).onBackpressureDrop().concatMapIterable(tick -> window.shown(), 1);
            return Flux.merge(changes.ignoreElements().cast(TapWindow.Shown.class), shown)
                    .take(LIFE, timer);
        }));
    }

    private Flux<RawBsonDocument> stream(OpenTails.Tail tail, FullDocument fullDocument, @Nullable Instant from) {
        ChangeStreamPublisher<RawBsonDocument> stream = watch(tail.database(), tail.collection())
                .fullDocument(fullDocument)
                .batchSize(BATCH);
        if (from != null) {
            stream.startAtOperationTime(new BsonTimestamp(Math.toIntExact(from.getEpochSecond()), 0));
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
}
