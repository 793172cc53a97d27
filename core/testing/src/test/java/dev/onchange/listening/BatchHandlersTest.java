package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.Attempt;
import dev.onchange.Batch;
import dev.onchange.BatchFailure;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Coalesce;
import dev.onchange.Exhausted;
import dev.onchange.HandlerBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.Ordering;
import dev.onchange.Retry;
import dev.onchange.RetryPolicy;
import dev.onchange.StartFrom;
import dev.onchange.problem.Problem;
import dev.onchange.status.HandlerStatus;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bson.BsonInt32;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Handlers that take many changes in a call, as annotated methods and as functions. */
@OnChangeTest
class BatchHandlersTest {

    private static final int MANY = 100;

    @Inject
    Listening listening;

    @Inject
    MongoClient client;

    @Inject
    MongoDatabase database;

    record Item(@BsonId int id, int qty) {}

    static class Sink {

        private final List<Object> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "events", collection = "stock", batch = @Batch(size = 40, linger = "100ms"))
        void index(List<ChangeEvent<Item>> changes, Attempt attempt) {
            changes.forEach(change -> seen.add(change.fullDocument()));
        }

        @OnChange(id = "payloads", collection = "stock", operation = "insert", batch = @Batch(size = 25))
        CompletionStage<Void> documents(List<Item> items) {
            return CompletableFuture.runAsync(() -> seen.addAll(items));
        }
    }

    @Test
    void methods_take_lists_of_changes_and_of_documents() {
        Sink sink = new Sink();
        listening.start(sink);

        insert(MANY);
        listening.awaitIdle();

        assertThat(sink.seen).hasSize(2 * MANY).contains(new Item(1, 1), new Item(MANY, MANY));
        assertThat(listening.listeners().status().handler("payloads").counts().handled())
                .isEqualTo(MANY);
        assertThat(listening.listeners().status().handler("payloads").counts().batches())
                .isEqualTo(MANY / 25);
        assertThat(listening.received("events")).hasSize(MANY).allMatch(received -> received.failure() == null);
    }

    static class Broken {

        @OnChange(
                id = "broken",
                collection = "stock",
                batch = @Batch(size = 50, linger = "100ms"),
                retry = @Retry(attempts = 2, backoff = "1ms"),
                exhausted = Exhausted.DEAD_LETTER)
        Mono<Void> index(List<Item> items) {
            int place = IntStream.range(0, items.size())
                    .filter(i -> items.get(i).id() == 7)
                    .findFirst()
                    .orElse(-1);
            return place < 0 ? Mono.empty() : Mono.error(new BatchFailure(place, new IllegalStateException("no")));
        }
    }

    @Test
    void the_change_that_is_named_becomes_a_dead_letter() {
        listening.start(new Broken());

        insert(MANY);
        listening.awaitIdle();

        assertThat(listening.listeners().status().handler("broken").counts()).satisfies(counts -> {
            assertThat(counts.handled()).isEqualTo(MANY - 1);
            assertThat(counts.deadLettered()).isEqualTo(1);
        });
        assertThat(listening.received("broken"))
                .filteredOn(received -> received.attempt() == 2)
                .singleElement()
                .satisfies(received -> assertThat(received.documentKey()).containsEntry("_id", new BsonInt32(7)));
    }

    static class Counters {

        private final MongoDatabase database;

        Counters(MongoDatabase database) {
            this.database = database;
        }

        @OnChange(
                id = "counters",
                collection = "stock",
                transactional = true,
                batch = @Batch(size = 30, linger = "100ms"))
        Publisher<?> count(List<Item> items, ClientSession session) {
            return database.getCollection("totals")
                    .bulkWrite(
                            session,
                            items.stream()
                                    .map(item -> new UpdateOneModel<Document>(
                                            Filters.eq(item.qty() % 3),
                                            Updates.inc("count", 1),
                                            new UpdateOptions().upsert(true)))
                                    .toList());
        }
    }

    @Test
    void a_batch_is_one_transaction() {
        listening.run(database.createCollection("totals"));
        try (ChangeListeners listeners = ChangeListeners.builder(client)
                .database(database.getName())
                .stateDatabase(database.getName() + "_state")
                .handlers(new Counters(database))
                .start()) {

            insert(90);
            await().until(() -> listeners.status().handler("counters").counts().handled() == 90);

            assertThat(listeners.status().handler("counters").counts().batches())
                    .isLessThan(90);
        }
        assertThat(listening.run(
                        database.getCollection("totals").find(Filters.eq(0)).first()))
                .containsEntry("count", 30);
    }

    @Test
    void a_function_takes_batches_too() {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        listening.start(listening
                .builder()
                .on("stock")
                .payload(Item.class)
                .batch(20, Duration.ofMillis(50))
                .handle(changes -> sizes.add(changes.size())));

        insert(MANY);
        await().until(() -> sizes.stream().mapToInt(size -> size).sum() == MANY);

        assertThat(sizes).allMatch(size -> size <= 20);
    }

    /** What one handler was given: the tokens of each document's changes, in the order of its calls. */
    private static final class Given {

        private final Map<Integer, List<String>> tokens = new ConcurrentHashMap<>();
        private final Map<Integer, OperationType> last = new ConcurrentHashMap<>();
        private final Queue<Integer> sizes = new ConcurrentLinkedQueue<>();

        void take(List<ChangeEvent<Item>> changes) {
            sizes.add(changes.size());
            for (ChangeEvent<Item> change : changes) {
                int id = change.documentKey().getInt32("_id").getValue();
                tokens.computeIfAbsent(id, any -> new CopyOnWriteArrayList<>())
                        .add(change.resumeToken().getString("_data").getValue());
                last.put(id, change.operation());
            }
        }
    }

    @Test
    void whatever_is_declared_beside_it_the_changes_of_a_document_come_in_order() {
        Map<String, Given> given = new LinkedHashMap<>();
        ChangeListenersBuilder builder = listening.builder();
        Map<String, UnaryOperator<HandlerBuilder<Item, ChangeListenersBuilder>>> declared = Map.of(
                "lane", handler -> handler,
                "lanes", handler -> handler.concurrency(4),
                "partitions", handler -> handler.partitions(4),
                "stream", handler -> handler.ordering(Ordering.STREAM),
                "newest", handler -> handler.coalesce(Coalesce.LATEST).fullDocument(FullDocument.UPDATE_LOOKUP));
        declared.forEach((name, further) -> List.of(1, 7, 4_096).forEach(size -> {
            Given seen = given.computeIfAbsent(name + "-" + size, any -> new Given());
            further.apply(builder.on("stock").payload(Item.class).id(name + "-" + size))
                    .batch(size, size == 7 ? Duration.ofMillis(20) : Duration.ZERO)
                    .handle(seen::take);
        }));
        listening.start(builder);

        insert(MANY);
        listening.run(database.getCollection("stock").updateMany(new Document(), Updates.inc("qty", 1)));
        listening.run(database.getCollection("stock").deleteMany(new Document()));
        listening.awaitIdle();

        assertThat(given).allSatisfy((name, seen) -> {
            assertThat(seen.sizes).allMatch(size -> size <= Integer.parseInt(name.substring(name.indexOf('-') + 1)));
            assertThat(seen.tokens).hasSize(MANY).allSatisfy((id, tokens) -> {
                assertThat(tokens).isSorted().doesNotHaveDuplicates();
                assertThat(tokens.size()).isBetween(name.startsWith("newest") ? 1 : 3, 3);
            });
            assertThat(seen.last).allSatisfy((id, last) -> assertThat(last).isEqualTo(OperationType.DELETE));
        });
    }

    @Test
    void a_document_of_a_snapshot_that_is_named_becomes_a_dead_letter_and_its_changes_wait_behind_it() {
        insert(MANY);
        listening.start(listening
                .builder()
                .on("stock")
                .payload(Item.class)
                .id("snapshot")
                .startFrom(StartFrom.SNAPSHOT)
                .retry(RetryPolicy.DEFAULT.withAttempts(1))
                .batch(30, Duration.ofMillis(20))
                .handle(changes -> {
                    for (int i = 0; i < changes.size(); i++) {
                        if (changes.get(i).fullDocument().id() == 7) {
                            throw new BatchFailure(i, new IllegalStateException("no"));
                        }
                    }
                }));
        await().until(() ->
                counts("snapshot").handled() == MANY - 1 && counts("snapshot").deadLettered() == 1);

        listening.run(database.getCollection("stock").replaceOne(Filters.eq(7), new Document("qty", 1)));
        listening.run(database.getCollection("stock").replaceOne(Filters.eq(8), new Document("qty", 1)));

        await().until(() ->
                counts("snapshot").handled() == MANY && counts("snapshot").parked() == 1);
    }

    private HandlerStatus.Counts counts(String handler) {
        return listening.listeners().status().handler(handler).counts();
    }

    static class Wrong {

        @OnChange(id = "list", collection = "stock")
        void list(List<Item> items) {}

        @OnChange(id = "single", collection = "stock", batch = @Batch)
        void single(ChangeEvent<Item> change) {}

        @OnChange(id = "both", collection = "stock", batch = @Batch)
        void both(List<Item> items, ChangeEvent<Item> change) {}

        @OnChange(id = "size", collection = "stock", batch = @Batch(size = 5000))
        void size(List<Item> items) {}

        @OnChange(id = "linger", collection = "stock", batch = @Batch(linger = "2h"))
        void linger(List<Item> items) {}

        @OnChange(id = "strings", collection = "stock", batch = @Batch)
        void strings(List<String> items) {}
    }

    @Test
    void what_does_not_go_together_is_refused_with_a_place() {
        assertThatThrownBy(() -> listening.start(new Wrong()))
                .isInstanceOfSatisfying(
                        OnChangeException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(Problem::where)
                                .extracting(where -> where.substring(where.indexOf('#')))
                                .containsExactlyInAnyOrder(
                                        "#both @OnChange(batch)",
                                        "#linger @OnChange(batch.linger)",
                                        "#list @OnChange(batch)",
                                        "#single @OnChange(batch)",
                                        "#size @OnChange(batch.size)",
                                        "#strings parameter 1 (items)"));
    }

    @Test
    void a_size_below_one_is_refused_of_a_function_too() {
        assertThatThrownBy(() -> listening.start(
                        listening.builder().on("stock").batch(0, Duration.ZERO).handle(changes -> {})))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1110");
    }

    private void insert(int documents) {
        listening.run(database.getCollection("stock")
                .insertMany(IntStream.rangeClosed(1, documents)
                        .mapToObj(id -> new Document("_id", id).append("qty", id))
                        .toList()));
    }
}
