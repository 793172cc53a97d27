package dev.onchange.console;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Whether a change matches a filter, and which of its conditions are not met; what only the server can answer it is asked. */
final class FilterAnswer {

    private static final Duration SERVER = Duration.ofSeconds(2);

    /** Larger changes are not sent to the server to be tried. */
    private static final int LARGEST = 1024 * 1024;

    private final ChangeFilter filter;
    private final MongoClient client;
    private final PayloadMask mask;

    FilterAnswer(ChangeFilter filter, MongoClient client, PayloadMask mask) {
        this.filter = filter;
        this.client = client;
        this.mask = mask;
    }

    /** May block, if only the server can answer a condition. */
    JsonObject of(RawBsonDocument event) {
        List<JsonObject> failed = new ArrayList<>();
        BsonDocument tried = mask.withoutRedacted(event);
        boolean large = event.getByteBuffer().remaining() > LARGEST;
        for (ChangeFilter.Unmet unmet : filter.unmet(tried)) {
            failed.add(unmet(unmet.condition(), mask.values(unmet.actual())));
        }
        for (BsonDocument condition : filter.conditionsOnServer()) {
            JsonObject answer = onServer(condition, tried, large);
            if (answer != null) {
                failed.add(answer);
            }
        }
        BsonDocument shown = mask.event(event);
        return new JsonObject()
                .put("at", ChangeTime.of(event))
                .set("id", shown.get("_id") instanceof BsonDocument resume ? resume.get("_data") : null)
                .set("operation", event.get("operationType"))
                .put("ns", namespace(event))
                .set("document", shown.get("documentKey"))
                .put("matched", failed.isEmpty())
                .put("failed", failed)
                .set("event", shown);
    }

    private static JsonObject unmet(BsonDocument condition, BsonDocument actual) {
        String path = condition.getFirstKey();
        JsonObject unmet = new JsonObject().put("condition", JsonObject.textOf(condition));
        if (path.startsWith("$")) {
            return actual.isEmpty() ? unmet : unmet.set("actual", actual);
        }
        unmet.put("path", path);
        return actual.containsKey(path) ? unmet.set("actual", actual.get(path)) : unmet.put("actual", "<missing>");
    }

    /** The condition, if it is not met, or cannot be answered now; else null. */
    private @Nullable JsonObject onServer(BsonDocument condition, BsonDocument event, boolean large) {
        String path = condition.getFirstKey();
        JsonObject asked = new JsonObject().put("condition", JsonObject.textOf(condition));
        if (!path.startsWith("$")) {
            asked.put("path", path);
        }
        if (large) {
            return asked.put("actual", "<not tried: only the server can answer this, and the change is large>");
        }
        try {
            return matchesOnServer(condition, event)
                    ? null
                    : asked.put("actual", "<the server says that this is not met>");
        } catch (RuntimeException failed) {
            return asked.put(
                    "actual",
                    "<not tried: only the server can answer this, and it does not: " + failed.getMessage() + ">");
        }
    }

    private boolean matchesOnServer(BsonDocument condition, BsonDocument event) {
        BsonDocument documents =
                new BsonDocument("$documents", new BsonDocument("$literal", new BsonArray(List.of(event))));
        BsonDocument command = new BsonDocument("aggregate", new BsonInt32(1))
                .append("pipeline", new BsonArray(List.of(documents, new BsonDocument("$match", condition))))
                .append("cursor", new BsonDocument())
                .append("maxTimeMS", new BsonInt64(SERVER.toMillis()));
        BsonDocument answer = Mono.from(client.getDatabase("admin").runCommand(command, BsonDocument.class))
                .block(SERVER.multipliedBy(2));
        return !Objects.requireNonNull(answer)
                .getDocument("cursor")
                .getArray("firstBatch")
                .isEmpty();
    }

    private static String namespace(BsonDocument event) {
        if (!(event.get("ns") instanceof BsonDocument ns)) {
            return "";
        }
        String database = ns.getString("db").getValue();
        return ns.containsKey("coll") ? database + "." + ns.getString("coll").getValue() : database;
    }
}
