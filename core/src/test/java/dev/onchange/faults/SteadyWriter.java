package dev.onchange.faults;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Inserts, updates, replaces and deletes so many documents a second, of a fixed number of keys in some collections, so
 * that neither data nor what is known of them grow. The versions of a key count from 1, whatever is done to it.
 */
final class SteadyWriter implements AutoCloseable {

    static final List<String> COLLECTIONS = List.of("accounts", "orders", "stock");
    static final int KEYS = 500;

    private static final Duration BEAT = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int DELETE_EACH = 8;
    private static final int REPLACE_EACH = 10;
    private static final String TEXT = "what a document holds besides, ".repeat(6);

    private final MongoClient client;
    private final MongoDatabase database;
    private final int atATime;
    private final Random random;
    private final AtomicIntegerArray versions = new AtomicIntegerArray(COLLECTIONS.size() * KEYS);
    private final boolean[] present = new boolean[COLLECTIONS.size() * KEYS];
    private final ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor(SteadyWriter::daemon);
    private final CompletableFuture<Void> failed = new CompletableFuture<>();

    SteadyWriter(String connectionString, String database, int perSecond, long seed) {
        this.client = MongoClients.create(connectionString);
        this.database = client.getDatabase(database);
        this.random = new Random(seed);
        this.atATime = Math.max(
                1, (int) (perSecond * BEAT.toMillis() / Duration.ofSeconds(1).toMillis() / COLLECTIONS.size()));
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "steady-writer");
        thread.setDaemon(true);
        return thread;
    }

    SteadyWriter begin() {
        beat.scheduleAtFixedRate(this::write, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    private void write() {
        try {
            Flux.range(0, COLLECTIONS.size()).flatMap(this::write).blockLast(LIMIT);
        } catch (RuntimeException | Error failure) {
            failed.completeExceptionally(failure);
            throw failure;
        }
    }

    private Mono<Void> write(int collection) {
        List<WriteModel<Document>> batch = new ArrayList<>();
        int[] keys = random.ints(0, KEYS).distinct().limit(atATime).toArray();
        for (int key : keys) {
            batch.add(next(slot(collection, key), key));
        }
        return Mono.from(database.getCollection(COLLECTIONS.get(collection))
                        .bulkWrite(batch, new BulkWriteOptions().ordered(false)))
                .then(Mono.fromRunnable(() -> count(collection, keys)));
    }

    private void count(int collection, int[] keys) {
        for (int key : keys) {
            versions.incrementAndGet(slot(collection, key));
        }
    }

    private WriteModel<Document> next(int slot, int key) {
        int version = versions.get(slot) + 1;
        Document document =
                new Document("_id", key).append(Write.VERSION, version).append("text", TEXT);
        if (!present[slot]) {
            present[slot] = true;
            return new InsertOneModel<>(document);
        }
        if (random.nextInt(DELETE_EACH) == 0) {
            present[slot] = false;
            return new DeleteOneModel<>(Filters.eq(key));
        }
        return random.nextInt(REPLACE_EACH) == 0
                ? new ReplaceOneModel<>(Filters.eq(key), document)
                : new UpdateOneModel<>(Filters.eq(key), Updates.set(Write.VERSION, version));
    }

    static int slot(int collection, int key) {
        return collection * KEYS + key;
    }

    /** The last acknowledged version of a key. */
    int version(int slot) {
        return versions.get(slot);
    }

    long count() {
        long count = 0;
        for (int slot = 0; slot < versions.length(); slot++) {
            count += versions.get(slot);
        }
        return count;
    }

    /** @throws java.util.concurrent.CompletionException if a write has failed */
    void assertWriting() {
        failed.getNow(null);
    }

    /** Makes the last write; returns when it is acknowledged. */
    void finish() throws InterruptedException {
        beat.shutdown();
        if (!beat.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the last writes are not acknowledged after " + LIMIT);
        }
        assertWriting();
    }

    @Override
    public void close() {
        beat.shutdownNow();
        client.close();
    }
}
