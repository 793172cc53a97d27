package dev.onchange.console;

import dev.onchange.PlannedStream;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.SnapshotStatus;
import dev.onchange.status.StreamStatus;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** Which streams there are and why, and whom they feed. */
final class PlanResource {

    private final StatusView status;

    PlanResource(StatusView status) {
        this.status = status;
    }

    void addTo(ApiRoutes routes) {
        routes.get("plan", this::plan);
    }

    private ConsoleReply plan(ApiCall call) {
        ListenersStatus now = status.now();
        Map<String, StreamStatus> streams = now.streams().stream()
                .collect(Collectors.toMap(StreamStatus::name, Function.identity(), (one, other) -> other));
        return ConsoleReply.json(
                200,
                new JsonObject()
                        .put(
                                "streams",
                                status.listeners().plan().streams().stream()
                                        .map(stream -> stream(stream, streams.get(stream.name()), now))
                                        .toList())
                        .put(
                                "cluster",
                                new JsonObject().put("streams", now.cluster().streams()))
                        .text());
    }

    private static JsonObject stream(PlannedStream planned, @Nullable StreamStatus open, ListenersStatus now) {
        BsonDocument filter = new BsonDocument("", new BsonArray(planned.pipeline()));
        String json = JsonObject.textOf(filter);
        return new JsonObject()
                .put("name", planned.name())
                .put("scope", scope(planned.scope()))
                .put("reason", planned.reason())
                .put("filter", json.substring(json.indexOf('['), json.lastIndexOf(']') + 1))
                .put("phase", open == null ? null : open.phase())
                .texts("handlers", planned.handlerIds())
                .put("snapshot", now.snapshots().stream().anyMatch(snapshot -> feeds(planned, snapshot)));
    }

    private static boolean feeds(PlannedStream planned, SnapshotStatus snapshot) {
        return !snapshot.complete() && planned.handlerIds().stream().anyMatch(id -> isOf(id, snapshot.handlerId()));
    }

    /** Whether an id is that of a handler, or of a partition of it, as {@code stock|3/8}. */
    static boolean isOf(String handlerId, String partitionId) {
        return partitionId.equals(handlerId) || partitionId.startsWith(handlerId + "|");
    }

    private static JsonObject scope(String text) {
        if (text.equals("*")) {
            return new JsonObject().put("kind", "DEPLOYMENT");
        }
        int dot = text.indexOf('.');
        String database = text.substring(0, dot);
        String collection = text.substring(dot + 1);
        return collection.equals("*")
                ? new JsonObject().put("kind", "DATABASE").put("database", database)
                : new JsonObject()
                        .put("kind", "COLLECTION")
                        .put("database", database)
                        .put("collection", collection);
    }
}
