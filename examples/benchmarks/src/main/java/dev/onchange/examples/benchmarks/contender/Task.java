package dev.onchange.examples.benchmarks.contender;

import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * The work, the same for all contenders: follow the changes of a database from a time on.
 *
 * @param uri of the server
 * @param database that is watched
 * @param collections how many of it are watched; their names are {@link #collection(int)}
 * @param from when the changes begin
 * @param events how many are expected
 * @param handlers among how many they are divided, by {@code fullDocument.sku}, or by collection if there are several
 * @param lookUp whether the document after an update is wanted
 * @param checkpoint how often positions are saved, in milliseconds, by those that do
 * @param pause how long handling a change takes, in microseconds
 */
public record Task(
        String uri,
        String database,
        int collections,
        BsonTimestamp from,
        int events,
        int handlers,
        boolean lookUp,
        long checkpoint,
        long pause) {

    /** The id of the document whose change says that no other one follows. */
    public static final int LAST = -1;

    /** Keeps the types of numbers. */
    public static final JsonWriterSettings ONE_LINE =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    /** A single collection, a single handler, no look-up, the default checkpoints, no pause. */
    public static Task of(String uri, String database, BsonTimestamp from, int events) {
        return new Task(uri, database, 1, from, events, 1, false, 1000, 0);
    }

    public Task withEvents(int number) {
        return new Task(uri, database, collections, from, number, handlers, lookUp, checkpoint, pause);
    }

    public Task withHandlers(int number) {
        return new Task(uri, database, collections, from, events, number, lookUp, checkpoint, pause);
    }

    public Task withCollections(int number) {
        return new Task(uri, database, number, from, events, number, lookUp, checkpoint, pause);
    }

    public Task withLookUp() {
        return new Task(uri, database, collections, from, events, handlers, true, checkpoint, pause);
    }

    public Task withCheckpoint(long milliseconds) {
        return new Task(uri, database, collections, from, events, handlers, lookUp, milliseconds, pause);
    }

    public Task withPause(long microseconds) {
        return new Task(uri, database, collections, from, events, handlers, lookUp, checkpoint, microseconds);
    }

    /** The name of the watched collection of that number. */
    public static String collection(int number) {
        return "items" + number;
    }

    /** The value of {@code sku} that the handler of that number wants. */
    public static String sku(int handler) {
        return "sku-" + handler;
    }

    public String toJson() {
        return new Document("uri", uri)
                .append("database", database)
                .append("collections", collections)
                .append("from", from)
                .append("events", events)
                .append("handlers", handlers)
                .append("lookUp", lookUp)
                .append("checkpoint", checkpoint)
                .append("pause", pause)
                .toJson(ONE_LINE);
    }

    public static Task parse(String json) {
        Document task = Document.parse(json);
        return new Task(
                task.getString("uri"),
                task.getString("database"),
                task.getInteger("collections"),
                task.get("from", BsonTimestamp.class),
                task.getInteger("events"),
                task.getInteger("handlers"),
                task.getBoolean("lookUp"),
                task.getLong("checkpoint"),
                task.getLong("pause"));
    }
}
