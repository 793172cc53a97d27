package dev.onchange.engine.stream;

import com.mongodb.MongoException;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.timing.Timing;
import dev.onchange.status.ListenerEvent;
import java.util.function.Consumer;
import org.bson.BsonTimestamp;
import reactor.core.publisher.Mono;

/** Opens change streams that reopen by themselves whenever that is possible without losing a change. */
public final class ChangeStreams {

    private final StreamSettings settings;
    private final Timing timing;
    private final Consumer<ListenerEvent> events;
    private final Cursors cursors;
    private final Oplog oplog;
    private final OldestEntryProbe oldestEntryProbe;
    private final Capabilities capabilities;

    /**
     * @param client best one whose settings {@link CommandTap} has instrumented; remains the caller's to close, after
     *     the streams are {@linkplain OpenStream#closed() closed}
     * @param events gets the events of streams, on the thread on which they happen; must not block
     */
    public ChangeStreams(MongoClient client, StreamSettings settings, Timing timing, Consumer<ListenerEvent> events) {
        this.settings = settings;
        this.timing = timing;
        this.events = events;
        this.cursors = new Cursors(client, settings.maxAwaitTime());
        this.oplog = new Oplog(client, settings.answerTimeout());
        this.oldestEntryProbe = new OldestEntryProbe(cursors);
        this.capabilities = new Capabilities(client, settings.instrumented());
    }

    private ChangeStreams(ChangeStreams original, Timing timing) {
        this.settings = original.settings;
        this.timing = timing;
        this.events = original.events;
        this.cursors = original.cursors;
        this.oplog = original.oplog;
        this.oldestEntryProbe = original.oldestEntryProbe;
        this.capabilities = original.capabilities;
    }

    /** The same streams, which pass what timed tasks throw to that consumer. */
    ChangeStreams guarded(Consumer<Throwable> whenThrown) {
        return new ChangeStreams(this, timing.guarded(whenThrown));
    }

    /** A stream that opens when its changes are subscribed to. */
    public OpenStream open(StreamPlan plan, StreamStart start) {
        return open(plan, start, ChangeEnricher.NONE);
    }

    /** The same, with changes that are enriched before they are emitted. */
    public OpenStream open(StreamPlan plan, StreamStart start, ChangeEnricher enricher) {
        return new ReopeningStream(plan, start, enricher, this);
    }

    /** The server's present time: a stream that starts after it delivers every change made from now on. */
    public Mono<Position> now() {
        return oplog.now().map(Position::at);
    }

    /** From when to when the server's history reaches; one command. */
    public Mono<OplogWindow> history() {
        return oplog.history();
    }

    /** Checks whether handlers can begin at their positions. */
    public StartCheck startCheck() {
        return new StartCheck(this);
    }

    /** The time from which on the server's history reaches if that is later than the given one; else empty. */
    Mono<BsonTimestamp> oldestIfLater(StreamPlan plan, BsonTimestamp time) {
        return oplog.history().flatMap(history -> {
            BsonTimestamp oldest = history.oldest();
            return oldest != null && oldest.compareTo(time) <= 0
                    ? Mono.empty()
                    // Where no entry was removed yet, any earlier time is served: only the server itself can tell.
                    : oldestEntryProbe.reaches(plan, time).flatMap(yes -> yes ? Mono.empty() : oldest(plan));
        });
    }

    /** The time of the oldest entry of the oplog, found out by trial if the server does not tell. */
    Mono<BsonTimestamp> oldest(StreamPlan plan) {
        return oplog.oldest()
                .onErrorResume(
                        MongoException.class,
                        notAllowed -> oplog.now().flatMap(now -> oldestEntryProbe.oldest(plan, now)));
    }

    Cursors cursors() {
        return cursors;
    }

    Oplog oplog() {
        return oplog;
    }

    Capabilities capabilities() {
        return capabilities;
    }

    StreamSettings settings() {
        return settings;
    }

    Timing timing() {
        return timing;
    }

    void publish(ListenerEvent event) {
        events.accept(event);
    }
}
