package dev.onchange.faults;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Inserts, updates and deletes at random, several keys at a time and each key in order, and knows what it wrote.
 *
 * <p>A write is tried until a majority has it. It asks for the version before, so that a write whose answer was lost is
 * not made twice.
 */
final class Writer implements AutoCloseable {

    static final String COLLECTION = "things";

    private static final int KEYS = 1_000;
    private static final int AT_A_TIME = 32;
    private static final int DELETE_EACH = 6;
    private static final Duration PAUSE = Duration.ofMillis(Integer.getInteger("pause", 120));
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final MongoClient client;
    private final MongoCollection<Document> things;
    private final Random random;
    private final Map<Integer, Write> last = new ConcurrentHashMap<>();
    private final Queue<Accepted> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean ending;

    /**
     * A write that was acknowledged.
     *
     * @param begun when the attempt began that succeeded, as {@link System#nanoTime()}
     */
    record Accepted(Write write, long begun, long acknowledged) {}

    Writer(String connectionString, String database, long seed) {
        // Attempts are made here and not by the driver, so that it is known when the one that succeeded began.
        this.client = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(connectionString))
                .retryWrites(false)
                .writeConcern(WriteConcern.MAJORITY)
                .applyToServerSettings(server -> server.heartbeatFrequency(500, TimeUnit.MILLISECONDS))
                .build());
        this.random = new Random(seed);
        Mono.from(client.getDatabase(database)
                        .createCollection(
                                COLLECTION,
                                new CreateCollectionOptions()
                                        .changeStreamPreAndPostImagesOptions(
                                                new ChangeStreamPreAndPostImagesOptions(true))))
                .block(LIMIT);
        this.things = client.getDatabase(database).getCollection(COLLECTION);
    }

    /** Writes until {@link #finish()}, on a thread of its own: some two hundred and fifty changes a second at most. */
    Writer begin() {
        return begin(PAUSE);
    }

    /** The same, with another pause after each {@value #AT_A_TIME} writes. */
    Writer begin(Duration pause) {
        Thread thread = new Thread(() -> writeOn(pause), "writer");
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void writeOn(Duration pause) {
        try {
            while (!ending) {
                write(AT_A_TIME);
                LockSupport.parkNanos(pause.toNanos());
            }
            ended.complete(null);
        } catch (RuntimeException | Error failure) {
            ended.completeExceptionally(failure);
        }
    }

    /** Makes the last write; returns when it is acknowledged. */
    void finish() {
        ending = true;
        ended.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Writes to so many keys, once each. */
    void write(int keys) {
        Set<Integer> chosen = random.ints(0, KEYS)
                .distinct()
                .limit(keys)
                .boxed()
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Flux.fromStream(chosen.stream().map(this::next).toList().stream())
                .flatMap(this::made, AT_A_TIME)
                .then()
                .block(LIMIT);
    }

    private Write next(int key) {
        Write before = last.getOrDefault(key, new Write("delete", key, 0));
        boolean absent = before.operation().equals("delete");
        String operation = absent ? "insert" : random.nextInt(DELETE_EACH) == 0 ? "delete" : "update";
        return new Write(operation, key, before.version() + 1);
    }

    private Mono<Void> made(Write write) {
        return Mono.defer(() -> {
                    long begun = System.nanoTime();
                    return Flux.from(attempt(write)).then(Mono.<Void>fromRunnable(() -> note(write, begun)));
                })
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(20))
                        .filter(MongoException.class::isInstance));
    }

    private void note(Write write, long begun) {
        accepted.add(new Accepted(write, begun, System.nanoTime()));
        last.put(write.key(), write);
        count.incrementAndGet();
    }

    private Publisher<?> attempt(Write write) {
        Bson before = Filters.and(Filters.eq(write.key()), Filters.eq(Write.VERSION, write.version() - 1));
        Bson version = Updates.set(Write.VERSION, write.version());
        return switch (write.operation()) {
            case "insert" -> things.updateOne(Filters.eq(write.key()), version, new UpdateOptions().upsert(true));
            case "update" -> things.updateOne(before, version);
            default -> things.deleteOne(before);
        };
    }

    int count() {
        return count.get();
    }

    /** In the order of the answers. */
    Collection<Accepted> accepted() {
        return accepted;
    }

    Set<Write> writes() {
        return accepted.stream().map(Accepted::write).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        ending = true;
        client.close();
    }
}
