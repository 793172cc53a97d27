package dev.onchange.engine.stream;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import reactor.core.publisher.Mono;

/** What the client and its server can do; found out on the first subscription, and cached. */
final class Capabilities {

    private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

    private final MongoClient client;
    private final Mono<Boolean> observable;
    private final Mono<Boolean> splitsLargeEvents;

    /** @param instrumented whether the client is known to report its commands */
    Capabilities(MongoClient client, boolean instrumented) {
        this.client = client;
        this.observable = instrumented ? Mono.just(true) : cached(Mono.defer(this::askWhetherObservable));
        this.splitsLargeEvents = cached(Mono.defer(this::askWhetherSplitting));
    }

    /** Whether the client reports its commands, see {@link CommandTap}. */
    Mono<Boolean> observable() {
        return observable;
    }

    /** Whether the server knows {@code $changeStreamSplitLargeEvent}, as it does since 6.0.9. */
    Mono<Boolean> splitsLargeEvents() {
        return splitsLargeEvents;
    }

    private static Mono<Boolean> cached(Mono<Boolean> answer) {
        return answer.cache(known -> FOREVER, error -> Duration.ZERO, () -> Duration.ZERO);
    }

    private Mono<Boolean> askWhetherObservable() {
        AtomicBoolean started = new AtomicBoolean();
        return ask("hello")
                .contextWrite(context -> CommandTap.observing(context, new StartedFlag(started)))
                .map(reply -> started.get());
    }

    private Mono<Boolean> askWhetherSplitting() {
        return ask("buildInfo")
                .map(reply -> isSplittingVersion(reply.getArray("versionArray").getValues()));
    }

    private static boolean isSplittingVersion(List<BsonValue> version) {
        int major = version.get(0).asNumber().intValue();
        int minor = version.get(1).asNumber().intValue();
        int patch = version.get(2).asNumber().intValue();
        return major > 6 || major == 6 && (minor > 0 || patch >= 9);
    }

    private Mono<BsonDocument> ask(String command) {
        return Mono.from(client.getDatabase("admin")
                .withCodecRegistry(MongoClientSettings.getDefaultCodecRegistry())
                .runCommand(new BsonDocument(command, new BsonInt32(1)), BsonDocument.class));
    }

    private record StartedFlag(AtomicBoolean started) implements CommandObserver {
        @Override
        public void started(String command) {
            started.set(true);
        }

        @Override
        public void replied(CursorReply reply) {}

        @Override
        public void failed(String command) {}
    }
}
