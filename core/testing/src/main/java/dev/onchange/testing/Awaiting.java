package dev.onchange.testing;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeListeners;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.ResumeTokens;
import dev.onchange.localmongo.Waiting;
import dev.onchange.status.HandlerStatus;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import reactor.core.publisher.Mono;

/** Waits until handlers have come far enough; those that are paused or have stopped do not count. */
final class Awaiting {

    private final MongoClient client;
    private final ChangeListeners listeners;

    Awaiting(MongoClient client, ChangeListeners listeners) {
        this.client = client;
        this.listeners = listeners;
    }

    /** The time of the server's last entry in its oplog. */
    BsonTimestamp now() {
        Document answer = command(new Document("hello", 1));
        return Objects.requireNonNull(answer.get("operationTime", BsonTimestamp.class));
    }

    /** Every change of this time and before. */
    void past(BsonTimestamp time) {
        // Changes of a transaction share a time: only a later position says that all of them are settled.
        until(position -> position.clusterTime().compareTo(time) > 0, "past the time " + time);
    }

    /** The change of this token and those before. */
    void at(BsonDocument token) {
        Position wanted =
                new Position(token, Objects.requireNonNull(ResumeTokens.time(token), "Not a resume token"), "");
        until(position -> !wanted.isAfter(position), "at the token " + token.toJson());
    }

    private void until(Predicate<Position> far, String where) {
        // An idle stream comes past a time only when there is something later.
        command(new Document("appendOplogNote", 1).append("data", new Document("awaited", 1)));
        if (!Waiting.until(Ground.PATIENCE, () -> behind(far).isEmpty())) {
            throw new AssertionError("These handlers are not " + where + " after " + Ground.PATIENCE.toSeconds()
                    + " seconds: " + behind(far));
        }
    }

    private List<HandlerStatus> behind(Predicate<Position> far) {
        return listeners.status().handlers().stream()
                .filter(handler -> handler.phase() == HandlerStatus.Phase.LISTENING)
                .filter(handler -> handler.position() == null || !far.test(handler.position()))
                .toList();
    }

    private Document command(Document command) {
        return Objects.requireNonNull(
                Mono.from(client.getDatabase("admin").runCommand(command)).block(Ground.PATIENCE));
    }
}
