package dev.onchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.testing.LocalMongo;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ChangeListenersTest {

    private static final String ARRIVED = "arrived";

    private final String database = "journey_" + Long.toHexString(System.nanoTime());
    private final String state = database + "_state";
    private MongoClient client;
    private MongoCollection<Document> stock;

    @BeforeEach
    void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
        stock = client.getDatabase(database).getCollection("stock");
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void every_change_reaches_the_method_that_describes_it() {
        Shop shop = new Shop();

        try (ChangeListeners listeners = listeners(shop)) {
            insert(1, 100);
            update(1, 5);
            update(1, 50);

            await().untilAsserted(() -> assertThat(shop.seen)
                    .containsExactlyInAnyOrder(
                            "insert 1 qty 100", "low 1", "audit insert", "audit update", "audit update"));
        }
    }

    @Test
    void after_a_restart_each_handler_goes_on_where_it_was() {
        Shop first = new Shop();
        try (ChangeListeners listeners = listeners(first)) {
            insert(1, 100);
            await().until(() -> first.seen.size() == 2);
        }

        insert(2, 100);
        Shop second = new Shop();
        try (ChangeListeners listeners = listeners(second)) {
            insert(3, 100);

            await().until(() -> second.seen.size() >= 4);
            assertThat(second.seen)
                    .contains("insert 2 qty 100", "insert 3 qty 100")
                    .hasSize(4);
        }
    }

    @Test
    void a_paused_handler_receives_nothing_and_goes_on_where_it_was() {
        Shop shop = new Shop();
        try (ChangeListeners listeners = listeners(shop)) {
            listeners.pause(ARRIVED);
            insert(1, 100);
            await().until(() -> shop.seen.contains("audit insert"));

            assertThat(listeners.status().handler(ARRIVED).phase()).isEqualTo(HandlerStatus.Phase.PAUSED);
            assertThat(shop.seen).containsExactly("audit insert");

            listeners.resume(ARRIVED);
            await().untilAsserted(() -> assertThat(shop.seen).containsExactly("audit insert", "insert 1 qty 100"));
            assertThat(listeners.status().handler(ARRIVED).phase()).isEqualTo(HandlerStatus.Phase.LISTENING);
        }
    }

    @Test
    void a_handler_that_was_rewound_receives_its_changes_again_and_the_others_do_not() {
        Shop shop = new Shop();
        try (ChangeListeners listeners = listeners(shop)) {
            insert(1, 100);
            await().until(() -> shop.seen.size() == 2);
            BsonDocument first = shop.tokens.get(0);
            insert(2, 100);
            await().until(() -> shop.seen.size() == 4);

            listeners.rewind(ARRIVED, first);

            insert(3, 100);
            await().until(() -> shop.seen.size() == 7);
            assertThat(shop.seen.stream().filter(seen -> !seen.startsWith("audit")))
                    .containsExactly("insert 1 qty 100", "insert 2 qty 100", "insert 2 qty 100", "insert 3 qty 100");
        }
    }

    @Test
    void handlers_come_and_go_while_the_others_miss_and_repeat_nothing() {
        Shop shop = new Shop();
        Later later = new Later();
        try (ChangeListeners listeners = listeners(shop)) {
            insert(1, 100);
            Registration registration = listeners.register(later);
            insert(2, 100);
            await().until(() -> later.seen.size() == 1);
            registration.close();
            insert(3, 100);
            await().until(() -> shop.seen.size() == 6);

            Registration again = listeners.register(later);
            await().until(() -> later.seen.size() == 2);

            assertThat(again.handlerIds()).containsExactly("later");
            assertThat(later.seen).containsExactly(2, 3);
            assertThat(shop.seen.stream().filter(seen -> !seen.startsWith("audit")))
                    .containsExactly("insert 1 qty 100", "insert 2 qty 100", "insert 3 qty 100");
        }
    }

    @Test
    void a_second_object_with_the_same_ids_is_refused_and_nothing_changes() {
        Shop shop = new Shop();
        try (ChangeListeners listeners = listeners(shop)) {

            assertThatThrownBy(() -> listeners.register(new Shop()))
                    .isInstanceOf(OnChangeException.class)
                    .hasMessageContaining(ProblemCode.DUPLICATE_ID.id())
                    .hasMessageContaining(ARRIVED);

            insert(1, 100);
            await().untilAsserted(
                            () -> assertThat(shop.seen).containsExactlyInAnyOrder("insert 1 qty 100", "audit insert"));
        }
    }

    private ChangeListeners listeners(Object handlers) {
        return ChangeListeners.builder(LocalMongo.shared().connectionString())
                .database(database)
                .stateDatabase(state)
                .handlers(handlers)
                .start();
    }

    private void insert(int id, int qty) {
        Mono.from(stock.insertOne(new Document("_id", id).append("qty", qty))).block();
    }

    private void update(int id, int qty) {
        Mono.from(stock.updateOne(Filters.eq(id), Updates.set("qty", qty))).block();
    }

    static final class Later {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "later", collection = "stock", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Shop {

        final List<String> seen = new CopyOnWriteArrayList<>();
        final List<BsonDocument> tokens = new CopyOnWriteArrayList<>();

        @OnChange(id = ARRIVED, collection = "stock", operation = "insert")
        void arrived(Document item, ChangeEvent<Document> change) {
            tokens.add(change.resumeToken());
            seen.add("insert " + item.get("_id") + " qty " + item.get("qty"));
        }

        @OnChange(
                collection = "stock",
                operation = "update",
                match = "{ 'updateDescription.updatedFields.qty': { $lt: 10 } }")
        void low(ChangeEvent<Document> change) {
            seen.add("low " + change.documentKey().getInt32("_id").getValue());
        }

        @OnChange
        void audit(ChangeEvent<Document> change) {
            seen.add("audit " + change.operationName());
        }
    }
}
