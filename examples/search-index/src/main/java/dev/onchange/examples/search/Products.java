package dev.onchange.examples.search;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** A collection of products, and a thread that inserts, updates and deletes some of them all the time. */
final class Products {

    private static final List<String> COLOURS = List.of("red", "green", "blue", "white", "black");
    private static final List<String> MATERIALS = List.of("oak", "steel", "glass", "linen");
    private static final List<String> THINGS = List.of("table", "chair", "lamp", "shelf", "sofa", "bench");
    private static final int INSERTED_AT_ONCE = 5_000;

    /** Some 400 writes a second. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final MongoCollection<Document> collection;
    private final Random random;
    private final Thread writer = new Thread(this::write, "writer");
    private volatile boolean ending;
    private int writes;
    private int next;

    Products(MongoCollection<Document> collection, Random random) {
        this.collection = collection;
        this.random = random;
    }

    void fill(int count) {
        while (next < count) {
            int to = Math.min(count, next + INSERTED_AT_ONCE);
            run(collection.insertMany(
                    IntStream.range(next, to).mapToObj(this::product).toList()));
            next = to;
        }
    }

    void beginWriting() {
        writer.start();
    }

    /** How many writes there were. */
    int endWriting() throws InterruptedException {
        ending = true;
        writer.join();
        return writes;
    }

    /** All documents, by their key in the index. */
    Map<String, String> all() {
        Map<String, String> all = new HashMap<>();
        Flux.from(collection.find())
                .doOnNext(product ->
                        all.put(Filters.eq(product.get("_id")).toBsonDocument().toJson(), product.toJson()))
                .blockLast();
        return all;
    }

    private void write() {
        while (!ending) {
            Bson one = Filters.eq(random.nextInt(next));
            switch (random.nextInt(4)) {
                case 0 -> run(collection.insertOne(product(next++)));
                case 1 -> run(collection.deleteOne(one));
                case 2 -> run(collection.updateOne(one, Updates.set("name", name())));
                default -> run(collection.updateOne(one, Updates.inc("price", 1)));
            }
            writes++;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private Document product(int id) {
        return new Document("_id", id).append("name", name()).append("price", 1 + random.nextInt(500));
    }

    private String name() {
        return pick(COLOURS) + " " + pick(MATERIALS) + " " + pick(THINGS);
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    private static void run(Publisher<?> command) {
        Flux.from(command).blockLast();
    }
}
