package dev.onchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.ForwardingStore;
import dev.onchange.checkpoint.InMemoryCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class TransactionsTest {

    private static final int ORDERS = 40;
    private static final String ID = Totals.class.getName() + "#add";

    private final AtomicBoolean refusing = new AtomicBoolean();
    private final Instant began = Instant.now();
    private final String database = "transactions_" + Long.toHexString(System.nanoTime());
    private final MongoClient client = MongoClients.create(LocalMongo.shared().connectionString());
    private final MongoCollection<Document> orders = collection("orders");
    private final MongoCollection<Document> totals = collection("totals");

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void what_a_handler_wrote_before_it_failed_is_not_there_and_each_change_counts_once() {
        Totals handler = new Totals(client, database, 3);
        createTotal();

        try (ChangeListeners listeners = listeners(handler, new InMemoryCheckpointStore())) {
            insertOrders();
            await().untilAsserted(() -> assertThat(sum()).isEqualTo(ORDERS));
        }

        assertThat(handler.failures.get()).isPositive();
        assertThat(sum()).isEqualTo(ORDERS);
    }

    @Test
    void a_change_that_comes_again_because_its_position_was_not_saved_is_not_handled_twice() {
        Totals handler = new Totals(client, database, Integer.MAX_VALUE);
        createTotal();
        handleAllAndSaveNothing(handler);

        // The second begins as if the first had been killed.
        try (ChangeListeners second = listeners(handler, new InMemoryCheckpointStore())) {
            Mono.from(orders.insertOne(new Document("_id", "last"))).block();
            await().untilAsserted(() -> assertThat(handled(second)).isEqualTo(ORDERS + 1L));
        }

        assertThat(sum()).isEqualTo(ORDERS + 1);
    }

    @Test
    void a_handler_that_is_told_to_start_earlier_gets_again_what_is_settled() {
        Totals handler = new Totals(client, database, Integer.MAX_VALUE);
        createTotal();
        handleAllAndSaveNothing(handler);

        // The marks of the first one are all there.
        try (ChangeListeners second = builder(new InMemoryCheckpointStore())
                .handlers(handler)
                .startAt(ID, began)
                .start()) {
            await().untilAsserted(() -> assertThat(handled(second)).isEqualTo(ORDERS));
        }

        assertThat(sum()).isEqualTo(2 * ORDERS);
    }

    @Test
    void one_that_is_told_so_and_comes_later_does_too() {
        Totals handler = new Totals(client, database, Integer.MAX_VALUE);
        createTotal();
        ChangeListenersBuilder builder = builder(new InMemoryCheckpointStore()).startAt(ID, began);
        builder.on("totals").handle(change -> {});
        try (ChangeListeners second = builder.start()) {
            handleAllAndSaveNothing(handler);

            second.register(handler);
            await().untilAsserted(() -> assertThat(handled(second)).isEqualTo(ORDERS));
        }

        assertThat(sum()).isEqualTo(2 * ORDERS);
    }

    @Test
    void the_marks_of_all_handlers_that_are_told_so_are_removed_by_one_command() {
        List<String> removals = new CopyOnWriteArrayList<>();
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(LocalMongo.shared().connectionString()))
                .addCommandListener(removalsTo(removals))
                .build();
        ChangeListenersBuilder builder =
                ChangeListeners.builder(settings).database(database).stateDatabase(database + "_state");
        for (int i = 0; i < 20; i++) {
            builder.on("totals").id("told " + i).handle(change -> {});
            builder.startAt("told " + i, began);
        }

        try (ChangeListeners listeners = builder.start()) {
            assertThat(listeners.handlers()).hasSize(20);
        }

        assertThat(removals).containsExactly("20 of settled");
    }

    private static CommandListener removalsTo(List<String> removals) {
        return new CommandListener() {
            @Override
            public void commandStarted(CommandStartedEvent event) {
                BsonDocument command = event.getCommand();
                if (command.getString("delete", new BsonString("")).getValue().equals("settled")) {
                    removals.add(command.getArray("deletes").size() + " of settled");
                }
            }
        };
    }

    @Test
    void a_handler_that_is_rewound_gets_again_also_what_it_was_at_when_that_was_asked_for()
            throws InterruptedException {
        Held handler = new Held(client, database);
        createTotal();
        ChangeListenersBuilder builder = builder(new InMemoryCheckpointStore()).handlers(handler);
        try (ChangeListeners listeners = builder.start()) {
            Mono.from(orders.insertOne(new Document("_id", 1))).block();
            await().until(() -> listeners.status().handler(Held.ID).counts().handled() == 1);
            Mono.from(orders.insertOne(new Document("_id", 2))).block();
            await().until(() -> handler.calls.get() == 2);

            Thread rewinding = new Thread(() -> listeners.rewind(Held.ID, began));
            rewinding.start();
            await().until(() -> rewinding.getState() == Thread.State.WAITING);
            handler.go.countDown();
            rewinding.join();

            await().untilAsserted(() -> assertThat(sum()).isEqualTo(4));
        }
    }

    private static long handled(ChangeListeners listeners) {
        return listeners.status().handler(ID).counts().handled();
    }

    private void handleAllAndSaveNothing(Totals handler) {
        ChangeListeners first = listeners(handler, new RefusingStore());
        insertOrders();
        await().untilAsserted(() -> assertThat(handled(first)).isEqualTo(ORDERS));
        refusing.set(true);
        assertThatThrownBy(first::close).isInstanceOf(OnChangeException.class);
    }

    /** Saves nothing once it refuses, so that the marks stay. */
    private final class RefusingStore extends ForwardingStore {

        RefusingStore() {
            super(new InMemoryCheckpointStore());
        }

        @Override
        public Mono<Void> save(Map<String, Position> positions) {
            return refusing.get() ? Mono.error(new IllegalStateException("as it must")) : super.save(positions);
        }
    }

    private ChangeListeners listeners(Totals handler, CheckpointStore store) {
        return builder(store).handlers(handler).start();
    }

    private ChangeListenersBuilder builder(CheckpointStore store) {
        return ChangeListeners.builder(client)
                .database(database)
                .stateDatabase(database + "_state")
                .checkpoints(store)
                .maxAwaitTime(Duration.ofMillis(100))
                .checkpointInterval(Duration.ofHours(1));
    }

    private void createTotal() {
        Mono.from(totals.insertOne(new Document("_id", 1).append("sum", 0))).block();
    }

    private void insertOrders() {
        Mono.from(orders.insertMany(IntStream.range(0, ORDERS)
                        .mapToObj(id -> new Document("_id", id))
                        .toList()))
                .block();
    }

    private int sum() {
        return Mono.from(totals.find(Filters.eq(1)).first()).block().getInteger("sum");
    }

    private MongoCollection<Document> collection(String name) {
        return client.getDatabase(database).getCollection(name);
    }

    static final class Totals {

        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger failures = new AtomicInteger();
        private final MongoCollection<Document> totals;
        private final int failEach;

        Totals(MongoClient client, String database, int failEach) {
            this.totals = client.getDatabase(database).getCollection("totals");
            this.failEach = failEach;
        }

        @OnChange(
                collection = "orders",
                operation = "insert",
                startFrom = StartFrom.EARLIEST,
                transactional = true,
                concurrency = 2,
                retry = @Retry(attempts = 100, backoff = "5ms", maxBackoff = "20ms"))
        Mono<Void> add(Document order, ClientSession session) {
            int call = calls.incrementAndGet();
            return Flux.from(totals.updateOne(session, Filters.eq(1), Updates.inc("sum", 1)))
                    .then(Mono.defer(() -> fails(call) ? Mono.error(new IllegalStateException("no")) : Mono.empty()));
        }

        private boolean fails(int call) {
            boolean fails = call % failEach == 0;
            if (fails) {
                failures.incrementAndGet();
            }
            return fails;
        }
    }

    /** Waits in its second call until it may go on. */
    static final class Held {

        static final String ID = "held";

        final AtomicInteger calls = new AtomicInteger();
        final CountDownLatch go = new CountDownLatch(1);
        private final MongoCollection<Document> totals;

        Held(MongoClient client, String database) {
            this.totals = client.getDatabase(database).getCollection("totals");
        }

        @OnChange(id = ID, collection = "orders", operation = "insert", transactional = true)
        void add(Document order, ClientSession session) throws InterruptedException {
            if (calls.incrementAndGet() == 2) {
                go.await();
            }
            Mono.from(totals.updateOne(session, Filters.eq(1), Updates.inc("sum", 1)))
                    .block();
        }
    }
}
