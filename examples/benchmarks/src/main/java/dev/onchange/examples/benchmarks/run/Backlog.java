package dev.onchange.examples.benchmarks.run;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import dev.onchange.examples.benchmarks.contender.Receiver;
import dev.onchange.examples.benchmarks.contender.Task;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;
import org.bson.Document;

/** Makes changes in a database of its own: of 6 fields and some 200 bytes each, as {@code Item} has them. */
public final class Backlog implements AutoCloseable {

    private static final int BATCH = 1000;

    private static final int BATCH_BYTES = 4_000_000;

    /** What a document takes beside its filler. */
    private static final int ITEM_BYTES = 42;

    /** The same times for all runs. */
    private static final long SEED = 1;

    private final MongoClient client;
    private final String database;
    private int lowest;

    Backlog(String uri, String database) {
        this.client = MongoClients.create(uri);
        this.database = database;
    }

    public String database() {
        return database;
    }

    /** The present time: changes made from now on have a later one. */
    public BsonTimestamp now() {
        return client.getDatabase("admin")
                .runCommand(new Document("hello", 1))
                .get("operationTime", BsonTimestamp.class);
    }

    /** So many inserts into one collection, of {@code skus} different values in turn. */
    public Backlog inserts(String collection, int count, int skus) {
        return inserts(collection, count, i -> item(i, Task.sku(i % skus)));
    }

    /** The inserts of these numbers; a collection has each number once. */
    public Backlog inserts(String collection, int from, int to, int skus) {
        return inserts(collection, to - from, i -> item(from + i, Task.sku((from + i) % skus)));
    }

    /** So many inserts, one after the other, that tell when they were made. */
    public Backlog oneByOne(String collection, int count) {
        for (int i = 0; i < count; i++) {
            insertNow(collection);
        }
        return this;
    }

    private Backlog inserts(String collection, int count, IntFunction<Document> document) {
        return inBatches(count, document, collection(collection)::insertMany);
    }

    /** So many inserts of documents of about so many bytes. */
    public Backlog large(String collection, int count, int bytes) {
        String filler = "x".repeat(Math.max(0, bytes - ITEM_BYTES));
        for (int from = 0; from < count; from += Math.max(1, BATCH_BYTES / bytes)) {
            int to = Math.min(count, from + Math.max(1, BATCH_BYTES / bytes));
            collection(collection)
                    .insertMany(IntStream.range(from, to)
                            .mapToObj(i ->
                                    new Document("_id", i).append("qty", i % 50).append("filler", filler))
                            .toList());
        }
        return this;
    }

    /** An update of so many documents, the first ones. */
    public Backlog updates(String collection, int count) {
        return inBatches(
                count,
                i -> new UpdateOneModel<Document>(Filters.eq("_id", i), Updates.inc("qty", 1)),
                collection(collection)::bulkWrite);
    }

    /** So many updates of so many documents, in turn. */
    public Backlog updatesInTurn(String collection, int count, int documents) {
        return inBatches(
                count,
                i -> new UpdateOneModel<Document>(Filters.eq("_id", i % documents), Updates.inc("qty", 1)),
                collection(collection)::bulkWrite);
    }

    private <T> Backlog inBatches(int count, IntFunction<T> change, Consumer<List<T>> command) {
        for (int from = 0; from < count; from += BATCH) {
            command.accept(IntStream.range(from, Math.min(count, from + BATCH))
                    .mapToObj(change)
                    .toList());
        }
        return this;
    }

    /** One insert that stands out: its {@code qty} is far above all others. */
    public Backlog mark(String collection, int id) {
        collection(collection).insertOne(item(id, "mark").append("qty", 1_000_000));
        return this;
    }

    /** So many inserts, so many a second, that tell when they were made. */
    public void steadily(String collection, int count, int perSecond) {
        Pace pace = new Pace(perSecond, new SplittableRandom(SEED));
        for (int i = 0; i < count; i++) {
            pace.await();
            insertNow(collection);
        }
    }

    private void insertNow(String collection) {
        collection(collection).insertOne(sentNow());
    }

    /** Its key comes before those of all other documents: what reads these in the order of their keys has passed it. */
    private Document sentNow() {
        lowest--;
        return new Document("_id", lowest).append("sku", Task.sku(0)).append("sentAt", Receiver.micros());
    }

    private static Document item(int id, String sku) {
        return new Document("_id", id)
                .append("sku", sku)
                .append("name", "The thing with the number " + id)
                .append("qty", id % 50)
                .append("price", id / 7.0)
                .append("changed", Instant.ofEpochMilli(1_700_000_000_000L + id));
    }

    private MongoCollection<Document> collection(String name) {
        MongoDatabase in = client.getDatabase(database);
        return in.getCollection(name);
    }

    @Override
    public void close() {
        client.close();
    }
}
