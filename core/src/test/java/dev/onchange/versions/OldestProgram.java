package dev.onchange.versions;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.micrometer.HandlerObservations;
import dev.onchange.micrometer.ListenersMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Uses what the core does with the driver: streams, decoding, look-ups, transactions, positions and dead letters. */
public final class OldestProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private OldestProgram() {}

    /** @param args connection string and database */
    public static void main(String[] args) throws InterruptedException {
        for (Class<?> type : Set.of(
                MongoClient.class,
                com.mongodb.MongoClientSettings.class,
                Document.class,
                Flux.class,
                Logger.class,
                MeterRegistry.class,
                ObservationRegistry.class)) {
            System.out.println(type.getProtectionDomain().getCodeSource().getLocation());
        }
        System.out.println(named("org.bson.codecs.record.RecordCodec"));
        System.out.println(named("io.micrometer.common.KeyValue"));
        try (MongoClient client = MongoClients.create(args[0])) {
            Shop shop = new Shop();
            run(ChangeListeners.builder(args[0]), args[1], shop, 1);
            run(ChangeListeners.builder(client), args[1], shop, 2);
        }
        System.exit(0);
    }

    private static String named(String type) {
        try {
            return String.valueOf(
                    Class.forName(type).getProtectionDomain().getCodeSource().getLocation());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(ChangeListenersBuilder builder, String database, Shop shop, int round)
            throws InterruptedException {
        try (ChangeListeners listeners = builder.database(database)
                .stateDatabase(database + "_state")
                .handlers(shop)
                .interceptor(new HandlerObservations(ObservationRegistry.create()))
                .start()) {
            new ListenersMeters(listeners).bindTo(new SimpleMeterRegistry());
            MongoDatabase there = listeners.client().getDatabase(database);
            shop.copies = there.getCollection("copies");
            MongoCollection<Document> items = there.getCollection("items");
            done(items.insertOne(new Document("_id", round).append("qty", 100).append("when", "now")));
            done(items.updateOne(Filters.eq(round), Updates.set("qty", 4)));
            require(shop.low.computeIfAbsent(round, any -> new CountDownLatch(1)), listeners);
            require(shop.failed, listeners);
            await(listeners.deadLetters().count(DeadLetterFilter.all()).filter(letters -> letters == round));
            await(Mono.from(there.getCollection("copies").countDocuments()).filter(copies -> copies == round));
            if (!listeners.status().healthy()) {
                throw new IllegalStateException(listeners.status().toString());
            }
        }
    }

    private static void done(Publisher<?> work) {
        Mono.from(work).block(PATIENCE);
    }

    private static void await(Mono<?> wanted) {
        wanted.repeatWhenEmpty(times -> times.delayElements(Duration.ofMillis(20)))
                .block(PATIENCE);
    }

    private static void require(CountDownLatch latch, ChangeListeners listeners) throws InterruptedException {
        if (!latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(listeners.status().toString());
        }
    }

    record Item(@BsonId int number, int qty) {}

    static final class Shop {

        final ConcurrentHashMap<Integer, CountDownLatch> low = new ConcurrentHashMap<>();
        final CountDownLatch failed = new CountDownLatch(1);

        /** Of the listeners' client, as its sessions are. */
        volatile @Nullable MongoCollection<Document> copies;

        @OnChange(
                collection = "items",
                operation = "update",
                match = "{ 'fullDocument.qty': { $lt: 10 } }",
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void low(@Nullable Item item) {
            if (item != null) {
                low.computeIfAbsent(item.number(), any -> new CountDownLatch(1)).countDown();
            }
        }

        @OnChange(
                collection = "items",
                operation = "insert",
                retry = @Retry(attempts = 2, backoff = "1ms"),
                exhausted = Exhausted.DEAD_LETTER)
        void fail(Document item) {
            failed.countDown();
            throw new IllegalArgumentException("as it should");
        }

        @OnChange(collection = "items", operation = "insert", transactional = true)
        Mono<Void> copy(Document item, ClientSession session) {
            return Mono.from(Objects.requireNonNull(copies).insertOne(session, item))
                    .then();
        }
    }
}
