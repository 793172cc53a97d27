package dev.onchange.engine.check;

import static dev.onchange.engine.plan.Declared.collection;
import static dev.onchange.engine.plan.Declared.database;
import static dev.onchange.engine.plan.Declared.deployment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.plan.PlanOptions;
import dev.onchange.engine.plan.PlanResult;
import dev.onchange.engine.plan.Planner;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.timing.Timing;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Availability;
import dev.onchange.status.Check;
import dev.onchange.status.Check.Result;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class AvailabilityChecksTest {

    private static final Timing TIMING = Timing.onSharedSchedulers(Clock.systemUTC(), new Random(7));

    private static final String DATABASE = "availability_checks";

    private static LocalMongo mongo;
    private static MongoClient client;

    @BeforeAll
    static void connect() {
        mongo = LocalMongo.shared();
        client = MongoClients.create(mongo.connectionString());
    }

    @AfterAll
    static void close() {
        Flux.from(client.getDatabase(DATABASE).listCollectionNames())
                .concatMap(
                        name -> client.getDatabase(DATABASE).getCollection(name).drop())
                .blockLast();
        client.close();
    }

    @Test
    void a_replica_set_that_has_everything_passes_every_check() {
        Availability availability = run(
                collection("a", DATABASE, "items"),
                database("b", DATABASE),
                deployment("c").expanded());

        assertThat(availability.checks()).allSatisfy(check -> {
            assertThat(check.result()).isEqualTo(Result.OK);
            assertThat(check.todo()).isEmpty();
        });
        assertThat(availability.checks())
                .extracting(Check::name)
                .contains(
                        "deployment",
                        "server version",
                        "storage engine",
                        "replica set protocol",
                        "read concern majority",
                        "stream * expandedEvents",
                        "stream " + DATABASE + ".*");
        assertThat(availability.usable()).isTrue();
    }

    @Test
    void the_checks_leave_no_cursor_open() {
        long before = openCursors();

        run(
                collection("a", DATABASE, "items"),
                collection("b", DATABASE, "orders").expanded(),
                deployment("c"));

        await().untilAsserted(() -> assertThat(openCursors()).isLessThanOrEqualTo(before));
    }

    @Test
    void a_standalone_is_refused_with_the_command_that_turns_it_into_a_replica_set() {
        try (LocalMongo standalone = LocalMongo.builder().standalone().start();
                MongoClient other = MongoClients.create(standalone.connectionString())) {
            Availability availability = new AvailabilityChecks(other, TIMING)
                    .run(plan(deployment("a")), Mono.just(Map.of()))
                    .block();

            assertThat(availability.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNSUITABLE);
                assertThat(problem.what()).contains("standalone");
                assertThat(problem.todo()).contains("--replSet rs0").contains("rs.initiate()");
            });
            assertThat(new ServerProbe(other, TIMING)
                            .operationTime()
                            .onErrorResume(IllegalStateException.class, none -> Mono.empty())
                            .block())
                    .isNull();
        }
    }

    @Test
    void a_server_that_cannot_be_reached_is_one_failure_with_its_hosts_and_without_the_password() {
        Availability availability = runAgainst(
                "mongodb://user:verysecret@127.0.0.1:1,localhost:2/?serverSelectionTimeoutMS=300&replicaSet=rs0");

        assertThat(availability.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNAVAILABLE);
            assertThat(problem.toString())
                    .contains("127.0.0.1:1")
                    .contains("localhost:2")
                    .doesNotContain("verysecret");
        });
        assertThat(availability.checks()).hasSize(1);
    }

    @Test
    void a_server_that_is_up_and_not_what_the_client_asks_for_is_named_as_that() {
        String server = "mongodb://" + mongo.primary().address() + "/?serverSelectionTimeoutMS=300&";

        assertThat(runAgainst(server + "replicaSet=rs0&readPreference=secondary")
                        .problems())
                .singleElement()
                .asString()
                .contains("is up")
                .contains("readPreference");
        assertThat(runAgainst(server + "loadBalanced=true").problems())
                .singleElement()
                .asString()
                .contains("is up")
                .contains("load balancing");
    }

    @Test
    void a_stage_that_the_server_refuses_is_found_before_anything_is_listened_to() {
        Availability availability = run(
                collection("a", DATABASE, "items").shaped("{$set: {x: {$noSuchOperator: 1}}}"),
                collection("b", DATABASE, "items"));

        assertThat(availability.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.STREAM_NOT_OPENED);
            assertThat(problem.where()).contains("for a");
            assertThat(problem.what()).contains("$noSuchOperator");
        });
    }

    @Test
    void a_pipeline_whose_expression_loses_the_token_is_found_by_trying() {
        Availability availability = run(
                collection("bad", DATABASE, "items")
                        .shaped("{$match: {'fullDocument.a': 1}}", "{$replaceWith: {$arrayToObject: [[['a', 1]]]}}"),
                collection("good", DATABASE, "items")
                        .shaped(
                                "{$set: {token: '$_id'}}",
                                "{$replaceWith: {$mergeObjects: ['$fullDocument', {_id: '$token'}]}}"));

        assertThat(availability.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_PIPELINE);
            assertThat(problem.where()).isEqualTo("pipeline of bad");
        });
    }

    @Test
    void a_view_cannot_be_watched() {
        command("{create: 'view', viewOn: 'items', pipeline: []}");

        Availability availability = run(collection("a", DATABASE, "view"));

        assertThat(availability.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("cannot be watched"));
    }

    @Test
    void required_images_that_are_not_recorded_are_a_failure_and_others_a_warning() {
        command("{create: 'plain'}");
        command("{create: 'recording', changeStreamPreAndPostImages: {enabled: true}}");

        Availability availability = run(
                collection("required", DATABASE, "plain").with(FullDocumentBeforeChange.REQUIRED),
                collection("wished", DATABASE, "plain").with(FullDocument.WHEN_AVAILABLE),
                collection("unconcerned", DATABASE, "plain").on("insert").with(FullDocument.REQUIRED),
                collection("recorded", DATABASE, "recording").with(FullDocument.REQUIRED),
                collection("later", DATABASE, "nowhere").with(FullDocument.REQUIRED));

        assertThat(named(availability, "images for required").result()).isEqualTo(Result.FAILURE);
        assertThat(named(availability, "images for required").code()).isEqualTo(ProblemCode.IMAGES_NOT_RECORDED);
        assertThat(named(availability, "images for required").todo()).contains("collMod: \"plain\"");
        assertThat(named(availability, "images for wished").result()).isEqualTo(Result.WARNING);
        assertThat(named(availability, "images for recorded").result()).isEqualTo(Result.OK);
        assertThat(named(availability, "images for later").result()).isEqualTo(Result.WARNING);
        assertThat(availability.checks()).extracting(Check::name).doesNotContain("images for unconcerned");
    }

    @Test
    void images_wanted_on_a_whole_database_are_checked_on_each_of_its_collections() {
        command("{create: 'plain2'}");

        Availability availability = run(database("all", DATABASE).with(FullDocumentBeforeChange.WHEN_AVAILABLE));

        assertThat(named(availability, "images for all").detail()).contains(DATABASE + ".plain2");
    }

    @Test
    void a_position_that_the_oplog_holds_is_told_with_its_age() {
        BsonTimestamp now = new ServerProbe(client, TIMING).operationTime().block();

        Availability availability = run(
                Map.of("a", Position.at(now), "gone", Position.at(new BsonTimestamp(1, 1))),
                collection("a", DATABASE, "items"));

        assertThat(named(availability, "positions").detail()).contains("1 kept");
    }

    @Test
    void a_position_that_the_oplog_no_longer_holds_is_a_failure_that_can_be_tolerated() {
        Availability availability =
                run(Map.of("a", Position.at(new BsonTimestamp(1, 1))), collection("a", DATABASE, "items"));

        assertThat(named(availability, "position of a").code()).isEqualTo(ProblemCode.HISTORY_LOST);
        assertThat(availability.usable()).isFalse();
        assertThat(availability.tolerating(ProblemCode.HISTORY_LOST).usable()).isTrue();
    }

    @Test
    void the_probe_knows_the_servers_time_and_version() {
        ServerProbe probe = new ServerProbe(client, TIMING);

        BsonTimestamp before = probe.operationTime().block();
        BsonDocument written = command("{insert: 'times', documents: [{a: 1}]}");

        assertThat(written.getTimestamp("operationTime")).isGreaterThan(before);
        assertThat(probe.serverVersion().block()).hasToString(mongo.version());
    }

    private static Check named(Availability availability, String name) {
        return availability.checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among\n" + availability));
    }

    private static Availability run(Declared... handlers) {
        return run(Map.of(), handlers);
    }

    private static Availability run(Map<String, Position> positions, Declared... handlers) {
        return new AvailabilityChecks(client, TIMING)
                .run(plan(handlers), Mono.just(positions))
                .block();
    }

    private static Availability runAgainst(String connectionString) {
        try (MongoClient other = MongoClients.create(connectionString)) {
            return new AvailabilityChecks(other, TIMING)
                    .run(plan(deployment("a")), Mono.just(Map.of()))
                    .block();
        }
    }

    static StreamPlans plan(Declared... handlers) {
        PlanResult planned = new Planner(PlanOptions.DEFAULT)
                .plan(Stream.of(handlers).map(Declared::spec).toList());
        assertThat(planned.problems()).isEmpty();
        return planned.plan();
    }

    private static BsonDocument command(String json) {
        return Mono.from(client.getDatabase(DATABASE).runCommand(BsonDocument.parse(json), BsonDocument.class))
                .block();
    }

    private static long openCursors() {
        Document cursors = mongo.admin(new Document("serverStatus", 1))
                .get("metrics", Document.class)
                .get("cursor", Document.class)
                .get("open", Document.class);
        return ((Number) cursors.get("total")).longValue();
    }
}
