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

/** What the client and its server can do; asked when it is first of interest. */
final class Capabilities {

    private static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

    private final MongoClient client;
    private final Mono<Boolean> tapped;
    private final Mono<Boolean> splitting;

    Capabilities(MongoClient client) {
        this.client = client;
        this.tapped = kept(Mono.defer(this::askWhetherTapped));
        this.splitting = kept(Mono.defer(this::askWhetherSplitting));
    }

    /** Whether the client tells of its commands, see {@link CommandTap}. */
    Mono<Boolean> tapped() {
        return tapped;
    }

    /** Whether the server knows {@code $changeStreamSplitLargeEvent}, as it does since 6.0.9. */
    Mono<Boolean> splitting() {
        return splitting;
    }

    private static Mono<Boolean> kept(Mono<Boolean> answer) {
        return answer.cache(known -> FOR_EVER, error -> Duration.ZERO, () -> Duration.ZERO);
    }

    private Mono<Boolean> askWhetherTapped() {
        AtomicBoolean heard = new AtomicBoolean();
        return ask("hello")
                .contextWrite(context -> CommandTap.tapped(context, new Ear(heard)))
                .map(reply -> heard.get());
    }

    private Mono<Boolean> askWhetherSplitting() {
        return ask("buildInfo")
                .map(reply -> knowsSplitting(reply.getArray("versionArray").getValues()));
    }

    private static boolean knowsSplitting(List<BsonValue> version) {
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

    private record Ear(AtomicBoolean heard) implements CommandObserver {
        @Override
        public void started(String command) {
            heard.set(true);
        }

        @Override
        public void replied(CursorReply reply) {}

        @Override
        public void failed(String command) {}
    }
}
