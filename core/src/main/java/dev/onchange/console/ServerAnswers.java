package dev.onchange.console;

import com.mongodb.reactivestreams.client.MongoClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** For how long the server has been silent: a stream on which nothing comes looks the same while it stands still. */
final class ServerAnswers {

    private static final BsonDocument PING = new BsonDocument("ping", new BsonInt32(1));

    private final MongoClient client;
    private final Clock clock;
    private final Scheduler timer;
    private final Duration every;

    /** @param every so often it is asked, and told how long it has been silent */
    ServerAnswers(MongoClient client, Clock clock, Scheduler timer, Duration every) {
        this.client = client;
        this.clock = clock;
        this.timer = timer;
        this.every = every;
    }

    /** How long ago it answered, every few seconds for as long as somebody takes this; it is not asked again before it has. */
    Flux<Duration> silence() {
        return Flux.defer(() -> {
            AtomicReference<Instant> answered = new AtomicReference<>(clock.instant());
            AtomicBoolean asked = new AtomicBoolean();
            Flux<Duration> silence = Flux.interval(every, timer)
                    .onBackpressureDrop()
                    .map(tick -> Duration.between(answered.get(), clock.instant()));
            Flux<Duration> asking = Flux.interval(Duration.ZERO, every, timer)
                    .onBackpressureDrop()
                    .filter(tick -> asked.compareAndSet(false, true))
                    .flatMap(tick -> ping().doOnNext(reply -> answered.set(clock.instant()))
                            .onErrorComplete()
                            .doFinally(how -> asked.set(false))
                            .thenMany(Flux.<Duration>empty()));
            return Flux.merge(silence, asking);
        });
    }

    private Mono<BsonDocument> ping() {
        return Mono.from(client.getDatabase("admin").runCommand(PING, BsonDocument.class));
    }
}
