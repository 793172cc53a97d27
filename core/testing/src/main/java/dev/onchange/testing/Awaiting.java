package dev.onchange.testing;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeListeners;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.ResumeTokens;
import dev.onchange.localmongo.Waiting;
import dev.onchange.status.ClusterStatus.OwnedHandler;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.HandlerStatus.Phase;
import dev.onchange.status.ListenersStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import reactor.core.publisher.Mono;

/** Waits until handlers have come far enough, in whichever instance; those that are paused or have stopped do not count. */
final class Awaiting {

    private final MongoClient client;
    private final List<ChangeListeners> open;
    private final Predicate<String> hasEnded;

    /**
     * @param open at least one
     * @param hasEnded whether a member of the cluster is an instance that was closed or killed
     */
    Awaiting(MongoClient client, List<ChangeListeners> open, Predicate<String> hasEnded) {
        this.client = client;
        this.open = open;
        this.hasEnded = hasEnded;
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

    /** Looks twice at who has what: a handler that comes from one instance to another meanwhile may be seen in neither. */
    private List<?> behind(Predicate<Position> far) {
        Map<String, OwnedHandler> before = owned();
        List<HandlerStatus> behind = open.stream()
                .flatMap(listeners -> listeners.status().handlers().stream())
                .filter(handler -> handler.phase() == Phase.LISTENING)
                .filter(handler -> handler.position() == null || !far.test(handler.position()))
                .toList();
        List<OwnedHandler> onTheirWay = owned().values().stream()
                .filter(now -> hasEnded.test(now.owner())
                        || !now.listening()
                        || now.next() != null
                        || !now.equals(before.get(now.id())))
                .toList();
        return behind.isEmpty() ? onTheirWay : behind;
    }

    /** Who has each handler, or each partition of one, by whichever instance knows it best. */
    private Map<String, OwnedHandler> owned() {
        Map<String, OwnedHandler> owned = new HashMap<>();
        for (ChangeListeners each : open) {
            ListenersStatus status = each.status();
            Set<String> ids = status.handlers().stream().map(HandlerStatus::id).collect(Collectors.toSet());
            status.cluster().handlers().stream()
                    .filter(handler -> ids.contains(handler.id()) || ids.contains(withoutPartition(handler.id())))
                    .forEach(handler -> owned.merge(handler.id(), handler, Awaiting::later));
        }
        return owned;
    }

    private static OwnedHandler later(OwnedHandler one, OwnedHandler other) {
        return one.term() > other.term() || one.term() == other.term() && one.next() != null ? one : other;
    }

    private static String withoutPartition(String id) {
        return id.substring(0, Math.max(0, id.lastIndexOf('|')));
    }

    private Document command(Document command) {
        return Objects.requireNonNull(
                Mono.from(client.getDatabase("admin").runCommand(command)).block(Ground.PATIENCE));
    }
}
