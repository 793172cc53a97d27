package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What an account was allowed at the start is taken away while its listeners run. */
class RevokedTest {

    private static final String PASSWORD = "verysecret";

    private static LocalMongo mongo;
    private static MongoClient root;

    private final List<ListenerEvent> events = new CopyOnWriteArrayList<>();
    private final List<Integer> seen = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        mongo = LocalMongo.builder().credentials("root", "rootsecret").start();
        root = MongoClients.create(mongo.connectionString());
    }

    @AfterAll
    static void stop() {
        root.close();
        mongo.close();
    }

    @BeforeEach
    void account() {
        mongo.admin(Document.parse("{createRole: 'watcher', roles: [], privileges: [{resource: {db: 'shop', collection:"
                + " 'stock'}, actions: ['find', 'changeStream']}]}"));
        mongo.admin(
                Document.parse("{createRole: 'keeper', privileges: [], roles: [{role: 'readWrite', db: 'onchange'}]}"));
        mongo.admin(Document.parse("{createUser: 'clerk', pwd: '" + PASSWORD + "', roles: ['watcher', 'keeper']}"));
    }

    @AfterEach
    void clear() {
        mongo.admin(new Document("dropUser", "clerk"));
        mongo.admin(new Document("dropRole", "watcher"));
        mongo.admin(new Document("dropRole", "keeper"));
    }

    @Test
    void a_stream_that_may_not_be_watched_any_more_ends_visibly_with_what_to_grant_and_goes_on_when_it_is_granted() {
        try (ChangeListeners listeners = listen()) {
            insert(1);
            await().atMost(Patience.LIMIT).until(() -> seen.contains(1));

            mongo.admin(Document.parse("{revokeRolesFromUser: 'clerk', roles: ['watcher']}"));
            insert(2);

            await().atMost(Patience.LIMIT).until(() -> stream(listeners).phase() == StreamStatus.Phase.FAILED);
            assertThat(listeners.status().healthy()).isFalse();
            assertThat(problem(stream(listeners).reason())).satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.STREAM_FAILED);
                assertThat(problem.where()).contains("shop.stock");
                assertThat(problem.todo()).contains("find and changeStream");
            });
            assertThat(events).hasAtLeastOneElementOfType(ListenerEvent.StreamFailed.class);
            assertThat(listeners.status().toString()).contains("ONC-1205").doesNotContain(PASSWORD);

            mongo.admin(Document.parse("{grantRolesToUser: 'clerk', roles: ['watcher']}"));
            listeners.resume("stock");
            insert(3);

            await().atMost(Patience.LIMIT).until(() -> seen.contains(3));
            assertThat(seen).containsExactly(1, 2, 3);
            assertThat(listeners.status().healthy()).isTrue();
        }
    }

    @Test
    void positions_that_may_not_be_written_any_more_are_told_and_saved_when_it_is_granted_again() {
        try (ChangeListeners listeners = listen()) {
            mongo.admin(Document.parse("{revokeRolesFromUser: 'clerk', roles: ['keeper']}"));
            insert(11);
            await().atMost(Patience.LIMIT).until(() -> seen.contains(11));

            await().atMost(Patience.LIMIT)
                    .until(() -> events.stream().anyMatch(ListenerEvent.PositionsNotSaved.class::isInstance));
            assertThat(events)
                    .filteredOn(ListenerEvent.PositionsNotSaved.class::isInstance)
                    .allSatisfy(event -> assertThat(event.toString())
                            .contains("ONC-1301")
                            .contains("not authorized")
                            .doesNotContain(PASSWORD));

            mongo.admin(Document.parse("{grantRolesToUser: 'clerk', roles: ['keeper']}"));
            listeners.savePositions();
            assertThat(listeners.status().healthy()).isTrue();
        }
    }

    private ChangeListeners listen() {
        return ChangeListeners.builder(mongo.connectionString().replace("root:rootsecret@", "clerk:" + PASSWORD + "@"))
                .database("shop")
                .maxAwaitTime(Duration.ofMillis(100))
                .checkpointInterval(Duration.ofMillis(100))
                .listener(events::add)
                .handlers(new Stock(seen))
                .start();
    }

    private static StreamStatus stream(ChangeListeners listeners) {
        return listeners.status().streams().get(0);
    }

    private static Problem problem(Throwable reason) {
        return ((OnChangeException) reason).problems().get(0);
    }

    private static void insert(int id) {
        MongoCollection<Document> stock = root.getDatabase("shop").getCollection("stock");
        Mono.from(stock.insertOne(new Document("_id", id))).block(Patience.LIMIT);
    }

    record Stock(List<Integer> seen) {

        @OnChange(id = "stock", collection = "stock", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
