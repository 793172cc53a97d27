package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.StartFrom;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.engine.deadletter.MongoDeadLetterStore;
import dev.onchange.engine.transaction.Transactions;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonBinary;
import org.bson.Document;
import org.bson.UuidRepresentation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** What the README says an account needs is enough, and nothing of it can be missing. */
class LeastPrivilegesTest {

    private static final String PASSWORD = "verysecret";
    private static final List<String> WATCHING = List.of("find", "changeStream");
    private static final List<String> KEEPING = List.of("find", "insert", "update", "remove", "createIndex");

    private static LocalMongo mongo;

    private final Ground ground = new Ground(mongo.connectionString());

    @BeforeAll
    static void start() {
        mongo = LocalMongo.builder().credentials("root", "rootsecret").start();
    }

    @AfterAll
    static void stop() {
        mongo.close();
    }

    @AfterEach
    void clear() {
        mongo.admin(new Document("dropUser", "clerk"));
        mongo.admin(new Document("dropRole", "watcher"));
        ground.close();
    }

    @Test
    void what_is_documented_for_a_database_is_enough() {
        account(List.of(watching("")), keeping());
        Stock stock = new Stock();
        Orders orders = new Orders();

        try (ChangeListeners listeners = builder(stock, orders).start()) {
            ground.insert("stock", 1);
            ground.insert("orders", 2);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
            await().untilAsserted(() -> assertThat(orders.seen).containsExactly(2));
            assertThat(listeners.plan().streams()).hasSize(1);
            assertThat(listeners.availability().checks())
                    .extracting(Check::result)
                    .contains(Check.Result.UNKNOWN)
                    .doesNotContain(Check.Result.FAILURE);
        }
    }

    @Test
    void it_is_enough_for_the_documents_that_exist_too_which_can_thus_not_be_written() {
        account(List.of(watching("stock")), keeping());
        List<Integer> seen = new CopyOnWriteArrayList<>();
        ground.insert("stock", 1);
        ground.insert("stock", 2);

        try (ChangeListeners listeners = builder()
                .on("stock")
                .startFrom(StartFrom.SNAPSHOT)
                .handle(change -> seen.add(change.documentKey().getInt32("_id").getValue()))
                .start()) {
            await().until(() -> listeners.status().snapshots().isEmpty());
            ground.insert("stock", 3);

            await().untilAsserted(() -> assertThat(seen).containsExactly(1, 2, 3));
        }
    }

    @Test
    void handlers_of_collections_have_a_stream_each_if_the_account_may_not_watch_the_database() {
        account(List.of(watching("stock"), watching("orders")), keeping());
        Stock stock = new Stock();
        Orders orders = new Orders();

        try (ChangeListeners listeners = builder(stock, orders).start()) {
            ground.insert("stock", 1);
            ground.insert("orders", 2);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
            await().untilAsserted(() -> assertThat(orders.seen).containsExactly(2));
            assertThat(listeners.plan().streams()).hasSize(2);
        }
    }

    @Test
    void so_has_a_handler_that_comes_later() {
        account(List.of(watching("stock"), watching("orders")), keeping());
        Stock stock = new Stock();
        Orders orders = new Orders();

        try (ChangeListeners listeners = builder(stock).start()) {
            listeners.register(orders);
            ground.insert("stock", 1);
            ground.insert("orders", 2);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
            await().untilAsserted(() -> assertThat(orders.seen).containsExactly(2));
            assertThat(listeners.plan().streams()).hasSize(2);
        }
    }

    @Test
    void an_account_that_may_not_watch_is_told_the_privilege_and_nothing_is_written() {
        account(List.of(watching("stock")), keeping());

        OnChangeException refusal = refusal(builder(new Stock(), new Orders()));

        assertThat(refusal.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.MISSING_PRIVILEGE);
            assertThat(problem.todo())
                    .contains("find and changeStream")
                    .contains("{db: \"" + ground.database() + "\", collection: \"orders\"}")
                    .contains("#arrived");
        });
        assertThat(refusal).hasMessageNotContaining(PASSWORD);
        assertThat(ground.databases()).doesNotContain(ground.state());
    }

    @Test
    void of_a_handler_that_comes_later_it_is_told_as_well_and_the_others_go_on() {
        account(List.of(watching("stock")), keeping());
        Stock stock = new Stock();

        try (ChangeListeners listeners = builder(stock).start()) {
            OnChangeException refusal =
                    catchThrowableOfType(OnChangeException.class, () -> listeners.register(new Orders()));
            ground.insert("stock", 1);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
            assertThat(refusal.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.MISSING_PRIVILEGE));
            assertThat(refusal).hasMessageContaining("collection: \"orders\"").hasMessageNotContaining(PASSWORD);
        }
    }

    @Test
    void an_account_that_may_not_keep_positions_is_told_the_privilege() {
        account(List.of(watching("stock")), List.of());

        OnChangeException refusal = refusal(builder(new Stock()));

        assertThat(refusal.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.POSITION_STORE_UNUSABLE);
            assertThat(problem.where()).contains(ground.state());
            assertThat(problem.todo())
                    .contains("find, insert, update and remove")
                    .contains("readWrite");
        });
        assertThat(refusal).hasMessageNotContaining(PASSWORD);
    }

    @Test
    void so_it_is_by_a_check_that_writes_nothing() {
        account(List.of(watching("stock")), List.of());

        assertThat(builder(new Stock()).check().problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.POSITION_STORE_UNUSABLE);
            assertThat(problem.where()).contains(ground.state());
            assertThat(problem.todo()).contains("readWrite");
        });
        assertThat(ground.databases()).doesNotContain(ground.state());
    }

    @ParameterizedTest
    @ValueSource(strings = {"find", "changeStream"})
    void one_action_that_is_missing_on_what_is_watched_is_named(String missing) {
        account(List.of(privilege(ground.database(), "stock", without(WATCHING, missing))), keeping());

        OnChangeException refusal = refusal(builder(new Stock()));

        assertThat(refusal.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.MISSING_PRIVILEGE);
            assertThat(problem.todo())
                    .contains(missing)
                    .contains("{db: \"" + ground.database() + "\", collection: \"stock\"}");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"find", "insert", "update", "remove", "createIndex"})
    void one_action_that_is_missing_on_the_state_database_is_named(String missing) {
        account(List.of(watching("stock"), privilege(ground.state(), "", without(KEEPING, missing))), List.of());

        OnChangeException refusal = refusal(builder(new Stock()));

        assertThat(refusal.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code().id()).startsWith("ONC-");
            assertThat(problem.where()).contains(ground.state());
            assertThat(problem.todo()).contains(missing);
        });
        assertThat(refusal).hasMessageNotContaining(PASSWORD);
    }

    @Test
    void these_actions_on_the_state_database_are_enough() {
        account(List.of(watching("stock"), privilege(ground.state(), "", KEEPING)), List.of());
        Stock stock = new Stock();

        try (ChangeListeners listeners = builder(stock).start()) {
            ground.insert("stock", 1);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
            listeners.savePositions();
        }
    }

    @Test
    void an_account_that_may_not_keep_what_instances_have_in_common_is_told_so() {
        List<Document> privileges = new ArrayList<>(List.of(watching("stock")));
        for (String collection :
                List.of(MongoCheckpointStore.COLLECTION, MongoDeadLetterStore.COLLECTION, MongoDeadLetterStore.PARTS)) {
            privileges.add(privilege(ground.state(), collection, KEEPING));
        }
        account(privileges, List.of());

        OnChangeException refusal = refusal(builder(new Stock()));

        assertThat(refusal.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.CLUSTER_UNUSABLE);
            assertThat(problem.where()).contains(ground.state());
            assertThat(problem.what()).contains("not authorized");
            assertThat(problem.todo()).contains("readWrite").doesNotContain("primary");
        });
        assertThat(refusal).hasMessageNotContaining(PASSWORD);
    }

    @Test
    void an_account_that_may_not_create_indexes_is_told_so_unless_they_are_there() {
        account(List.of(watching("stock"), keepingWithoutIndexes()), List.of());

        OnChangeException refusal = refusal(builder(new Stock()));

        assertThat(refusal.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.DEAD_LETTERS_UNUSABLE);
            assertThat(problem.where()).contains(ground.state() + ".deadLetters");
            assertThat(problem.todo()).contains("createIndex").contains("\"token\"");
        });

        new MongoDeadLetterStore(ground.client(), ground.state()).prepare().block();

        Stock stock = new Stock();
        try (ChangeListeners listeners = builder(stock).start()) {
            ground.insert("stock", 1);
            await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
        }
    }

    private Document keepingWithoutIndexes() {
        return new Document("resource", new Document("db", ground.state()).append("collection", ""))
                .append("actions", List.of("find", "insert", "update", "remove", "listIndexes"));
    }

    @Test
    void what_a_dead_process_has_left_open_is_ended_without_a_further_privilege() {
        account(List.of(watching("stock")), keeping());
        MongoCollection<Document> sessions =
                ground.client().getDatabase(ground.state()).getCollection(Transactions.SESSIONS);
        Ground.run(sessions.insertOne(new Document(
                "_id",
                new Document("handler", "totals")
                        .append("session", new BsonBinary(UUID.randomUUID(), UuidRepresentation.STANDARD)))));

        Totals totals = new Totals();
        try (ChangeListeners listeners = builder(totals).start()) {
            assertThat(Mono.from(sessions.countDocuments()).block()).isZero();

            ground.insert("stock", 1);
            await().untilAsserted(() -> assertThat(totals.seen).containsExactly(1));
            assertThat(Mono.from(sessions.countDocuments()).block()).isEqualTo(1);
        }
        assertThat(Mono.from(sessions.countDocuments()).block()).isZero();
    }

    @Test
    void a_wrong_password_is_told_without_it() {
        account(List.of(watching("stock")), keeping());
        String uri = uri().replace(PASSWORD, "mistyped");

        OnChangeException refusal = refusal(ground.prepared(ChangeListeners.builder(uri), new Stock()));

        assertThat(refusal.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.ACCESS_REFUSED));
        assertThat(refusal).hasMessageNotContaining("mistyped");
    }

    private ChangeListenersBuilder builder(Object... handlers) {
        return ground.prepared(ChangeListeners.builder(uri()), handlers);
    }

    private static String uri() {
        return mongo.connectionString().replace("root:rootsecret@", "clerk:" + PASSWORD + "@");
    }

    private Document watching(String collection) {
        return privilege(ground.database(), collection, WATCHING);
    }

    private static Document privilege(String database, String collection, List<String> actions) {
        return new Document("resource", new Document("db", database).append("collection", collection))
                .append("actions", actions);
    }

    private static List<String> without(List<String> actions, String missing) {
        return actions.stream().filter(action -> !action.equals(missing)).toList();
    }

    private List<Document> keeping() {
        return List.of(new Document("role", "readWrite").append("db", ground.state()));
    }

    private static void account(List<Document> privileges, List<Document> roles) {
        mongo.admin(new Document("createRole", "watcher")
                .append("privileges", privileges)
                .append("roles", roles));
        mongo.admin(new Document("createUser", "clerk").append("pwd", PASSWORD).append("roles", List.of("watcher")));
    }

    private static OnChangeException refusal(ChangeListenersBuilder builder) {
        return catchThrowableOfType(OnChangeException.class, builder::start);
    }

    static final class Stock {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "stock", collection = "stock", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Totals {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "totals", collection = "stock", operation = "insert", transactional = true)
        void arrived(Document item, ClientSession session) {
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Orders {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "orders", collection = "orders", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
