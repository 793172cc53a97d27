package dev.onchange.stream;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.checkpoint.Position;
import dev.onchange.plan.StreamPlan;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import reactor.core.publisher.Mono;

/** Opens change streams that open themselves again whenever that is possible without losing a change. */
public final class ChangeStreams {

    private static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

    private final MongoClient client;
    private final StreamSettings settings;
    private final Surroundings surroundings;
    private final Consumer<StreamEvent> events;
    private final Cursors cursors;
    private final Mono<Boolean> tapped;

    /**
     * @param client best one whose settings {@link StreamTap} has instrumented; remains the caller's to close, after
     *     the streams
     * @param events is told what happens to streams, on the thread on which it happens; must not block
     */
    public ChangeStreams(
            MongoClient client, StreamSettings settings, Surroundings surroundings, Consumer<StreamEvent> events) {
        this.client = client;
        this.settings = settings;
        this.surroundings = surroundings;
        this.events = events;
        this.cursors = new Cursors(client, settings.maxAwaitTime());
        this.tapped = Mono.defer(this::askWhetherTapped)
                .cache(asked -> FOR_EVER, error -> Duration.ZERO, () -> Duration.ZERO);
    }

    /** A stream that opens when its changes are subscribed to. */
    public OpenStream open(StreamPlan plan, StartPoint start) {
        return new ReopeningStream(plan, start, this);
    }

    /** The server's present time: a stream that starts after it delivers every change made from now on. */
    public Mono<Position> now() {
        return Mono.usingWhen(client.startSession(), this::now, ChangeStreams::closed);
    }

    private Mono<Position> now(ClientSession session) {
        // "ping" does not tell the time on every server, "hello" does.
        return Mono.from(client.getDatabase("admin").runCommand(session, hello(), BsonDocument.class))
                .map(reply -> Position.at(operationTime(reply)));
    }

    private static BsonTimestamp operationTime(BsonDocument reply) {
        return reply.containsKey("operationTime")
                ? reply.getTimestamp("operationTime")
                : reply.getDocument("$clusterTime").getTimestamp("clusterTime");
    }

    private Mono<Boolean> askWhetherTapped() {
        AtomicBoolean seen = new AtomicBoolean();
        return Mono.from(client.getDatabase("admin").runCommand(hello()))
                .contextWrite(context -> StreamTap.tapped(context, reply -> seen.set(true)))
                .map(reply -> seen.get());
    }

    private static BsonDocument hello() {
        return new BsonDocument("hello", new BsonInt32(1));
    }

    static Mono<Void> closed(ClientSession session) {
        return Mono.fromRunnable(session::close);
    }

    /** Whether the client says how far the server has read. */
    Mono<Boolean> tapped() {
        return tapped;
    }

    Cursors cursors() {
        return cursors;
    }

    StreamSettings settings() {
        return settings;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    void tell(StreamEvent event) {
        events.accept(event);
    }
}
