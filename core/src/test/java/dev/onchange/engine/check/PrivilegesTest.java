package dev.onchange.engine.check;

import static dev.onchange.engine.check.AvailabilityChecksTest.plan;
import static dev.onchange.engine.plan.Declared.collection;
import static dev.onchange.engine.plan.Declared.database;
import static dev.onchange.engine.plan.Declared.deployment;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.timing.Timing;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Availability;
import dev.onchange.status.Check;
import dev.onchange.status.Check.Result;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What an account may not ask is unknown; what it may not watch is a failure. */
class PrivilegesTest {

    private static final Timing TIMING = Timing.onSharedSchedulers(Clock.systemUTC(), new Random(7));

    private static LocalMongo mongo;
    private static MongoClient root;
    private static MongoClient limited;

    @BeforeAll
    static void start() {
        mongo = LocalMongo.builder()
                .credentials("root", "rootpassword")
                .oplogSizeMb(1)
                .arguments("--syncdelay", "1")
                .start();
        root = MongoClients.create(mongo.connectionString());
        mongo.admin(Document.parse("{createRole: 'watcher', roles: [], privileges: [{resource: {db: 'shop', collection:"
                + " 'items'}, actions: ['find', 'changeStream']}]}"));
        mongo.admin(Document.parse("{createUser: 'limited', pwd: 'limitedpassword', roles: ['watcher']}"));
        limited = MongoClients.create(as("limited", "limitedpassword"));
    }

    @AfterAll
    static void stop() {
        limited.close();
        root.close();
        mongo.close();
    }

    @Test
    void what_the_account_may_not_ask_is_unknown_and_no_failure() {
        Availability availability = run(collection("a", "shop", "items").with(FullDocument.WHEN_AVAILABLE));

        assertThat(availability.usable()).isTrue();
        assertThat(availability.checks())
                .filteredOn(check -> check.result() == Result.UNKNOWN)
                .extracting(Check::name)
                .contains("storage engine", "replica set protocol", "images for a");
        assertThat(named(availability, "storage engine").todo()).contains("clusterMonitor");
        assertThat(named(availability, "images for a").todo()).contains("listCollections");
        assertThat(availability.toString()).doesNotContain("signature").doesNotContain("lsid");
    }

    @Test
    void a_scope_that_the_account_may_not_watch_is_a_failure_that_says_what_to_grant() {
        Availability availability = run(
                collection("a", "shop", "items"),
                database("b", "shop").expanded(),
                deployment("c").with(FullDocument.UPDATE_LOOKUP));

        assertThat(availability.problems())
                .allSatisfy(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.MISSING_PRIVILEGE))
                .extracting(problem -> problem.todo())
                .containsExactlyInAnyOrder(
                        "Grant it find and changeStream on {db: \"shop\", collection: \"\"}, for b.",
                        "Grant it find and changeStream on {db: \"\", collection: \"\"}, for a, c.");
    }

    @Test
    void the_probe_tells_which_scopes_the_account_may_open() {
        var scopes = List.of(
                collection("a", "shop", "items").spec().watched(),
                database("b", "shop").spec().watched(),
                deployment("c").spec().watched());

        assertThat(new ServerProbe(limited, TIMING).refused(scopes).block())
                .containsExactlyInAnyOrder(scopes.get(1), scopes.get(2));
        assertThat(new ServerProbe(root, TIMING).refused(scopes).block()).isEmpty();
    }

    @Test
    void a_wrong_password_is_told_without_it() {
        try (MongoClient wrong = MongoClients.create(as("limited", "wrongpassword"))) {
            Availability availability = new AvailabilityChecks(wrong, TIMING)
                    .run(plan(deployment("a")), Mono.just(Map.of()))
                    .block();

            assertThat(availability.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.ACCESS_REFUSED);
                assertThat(problem.toString()).doesNotContain("wrongpassword");
                assertThat(problem.what()).endsWith("refuses the credentials: error 18, Authentication failed.");
            });
        }
    }

    @Test
    void a_client_without_credentials_is_told_where_to_give_them() {
        String withoutCredentials = mongo.connectionString().replaceFirst("//[^@]*@", "//");
        try (MongoClient unknown = MongoClients.create(withoutCredentials)) {
            Availability availability = new AvailabilityChecks(unknown, TIMING)
                    .run(plan(deployment("a")), Mono.just(Map.of()))
                    .block();

            assertThat(availability.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.ACCESS_REFUSED);
                assertThat(problem.todo()).contains("mongodb://user:password@host");
            });
        }
    }

    @Test
    void an_account_that_may_not_read_the_oplog_finds_out_by_opening_a_stream_there() {
        BsonTimestamp early = insert();
        rollTheOplog();
        BsonTimestamp late = insert();

        Availability lost = new AvailabilityChecks(limited, TIMING)
                .run(plan(collection("a", "shop", "items")), Mono.just(Map.of("a", Position.at(early))))
                .block();
        Availability kept = new AvailabilityChecks(limited, TIMING)
                .run(plan(collection("a", "shop", "items")), Mono.just(Map.of("a", Position.at(late))))
                .block();

        assertThat(named(lost, "position of a").code()).isEqualTo(ProblemCode.HISTORY_LOST);
        assertThat(named(kept, "position of a").result()).isEqualTo(Result.OK);
    }

    private static BsonTimestamp insert() {
        return Mono.from(root.getDatabase("shop")
                        .runCommand(BsonDocument.parse("{insert: 'items', documents: [{a: 1}]}"), BsonDocument.class))
                .block()
                .getTimestamp("operationTime");
    }

    /** The server drops old entries after a checkpoint, of which it makes one a second here. */
    private static void rollTheOplog() {
        BsonTimestamp first = firstEntry();
        Document filler = new Document("text", "x".repeat(100_000));
        org.awaitility.Awaitility.await().until(() -> {
            for (int i = 0; i < 50; i++) {
                Mono.from(root.getDatabase("shop").getCollection("filler").insertOne(new Document(filler)))
                        .block();
            }
            return firstEntry().compareTo(first) > 0;
        });
    }

    private static BsonTimestamp firstEntry() {
        return Mono.from(root.getDatabase("local")
                        .getCollection("oplog.rs", BsonDocument.class)
                        .find()
                        .sort(new Document("$natural", 1)))
                .block()
                .getTimestamp("ts");
    }

    private static String as(String user, String password) {
        return mongo.connectionString().replace("root:rootpassword", user + ":" + password);
    }

    private static Availability run(Declared... handlers) {
        return new AvailabilityChecks(limited, TIMING)
                .run(plan(handlers), Mono.just(Map.of()))
                .block();
    }

    private static Check named(Availability availability, String name) {
        return availability.checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among\n" + availability));
    }
}
