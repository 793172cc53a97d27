package dev.onchange.localmongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.localmongo.LocalMongoException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class LocalMongoTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void a_started_server_accepts_writes_and_opens_change_streams() {
        LocalMongo mongo = LocalMongo.shared();

        assertThat(keyOfFirstChange(mongo, List.of())).isEqualTo(1);
    }

    @Test
    void the_shared_server_is_the_same_for_all_and_closing_it_leaves_it_to_the_others() {
        LocalMongo mongo = LocalMongo.shared();

        mongo.close();

        assertThat(LocalMongo.shared()).isSameAs(mongo);
        assertThat(mongo.admin(new Document("ping", 1))).containsEntry("ok", 1.0);
    }

    @Test
    void a_server_that_is_new_enough_to_split_large_events_is_had_by_asking_for_it() {
        try (LocalMongo mongo =
                LocalMongo.builder().atLeast("6.0.9").ownProcess().start()) {
            Document split = new Document("$changeStreamSplitLargeEvent", new Document());

            assertThat(mongo.isAtLeast("6.0.9")).isTrue();
            assertThat(keyOfFirstChange(mongo, List.of(split))).isEqualTo(1);
        }
    }

    @Test
    void parameters_and_the_size_of_the_oplog_reach_the_server() {
        try (LocalMongo mongo = LocalMongo.builder()
                .parameter("cursorTimeoutMillis", 12_345)
                .oplogSizeMb(17)
                .arguments("--notablescan", "--wiredTigerEngineConfigString=log=(file_max=1MB)")
                .start()) {
            Document parameters = mongo.admin(new Document("getParameter", 1)
                    .append("cursorTimeoutMillis", 1)
                    .append("notablescan", 1));
            Document options = mongo.admin(new Document("getCmdLineOpts", 1)).get("parsed", Document.class);

            assertThat(parameters).containsEntry("cursorTimeoutMillis", 12_345L).containsEntry("notablescan", true);
            assertThat(options.get("replication", Document.class)).containsEntry("oplogSizeMB", 17);
            assertThat(options.get("net", Document.class)).containsEntry("bindIp", "127.0.0.1");
        }
    }

    @Test
    void a_fail_point_ends_when_it_is_closed() {
        try (LocalMongo mongo = LocalMongo.builder().ownProcess().start()) {
            Document data = new Document("failCommands", List.of("count")).append("errorCode", 11601);
            Document command = new Document("count", "things");

            try (FailPoint interruption = mongo.failPoint("failCommand", "alwaysOn", data)) {
                assertThat(interruption).isNotNull();
                assertThatThrownBy(() -> mongo.admin(command))
                        .isInstanceOfSatisfying(
                                MongoCommandException.class,
                                failure -> assertThat(failure.getCode()).isEqualTo(11601));
            }
            assertThat(mongo.admin(command)).containsEntry("n", 0);
        }
    }

    @Test
    void a_lone_node_that_steps_down_is_elected_again() {
        try (LocalMongo mongo = LocalMongo.builder().ownProcess().start()) {
            mongo.stepDown();

            assertThat(mongo.nodes().get(0).primary()).isFalse();
            assertThat(mongo.primary()).isSameAs(mongo.nodes().get(0));
        }
    }

    @Test
    void closing_ends_the_process_and_deletes_its_data() {
        LocalMongo mongo = LocalMongo.builder().ownProcess().start();
        MongoNode node = mongo.primary();
        Path all = node.log().getParent().getParent();
        assertThat(all).isDirectory();

        mongo.close();
        mongo.close();

        assertThat(ProcessHandle.of(node.pid())).isEmpty();
        assertThat(all).doesNotExist();
    }

    @Test
    void a_server_that_does_not_start_tells_the_end_of_its_log() {
        LocalMongoBuilder builder = LocalMongo.builder().parameter("noSuchParameter", 1);

        assertThatThrownBy(builder::start)
                .isInstanceOfSatisfying(
                        LocalMongoException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.FAILED))
                .hasMessageContainingAll("ended with", "noSuchParameter");
    }

    private static int keyOfFirstChange(LocalMongo mongo, List<Document> pipeline) {
        try (MongoClient client = MongoClients.create(mongo.connectionString())) {
            MongoCollection<Document> things =
                    client.getDatabase("local_mongo_test").getCollection("things");
            BsonTimestamp before = mongo.admin(new Document("ping", 1)).get("operationTime", BsonTimestamp.class);
            Mono.from(things.insertOne(new Document("_id", 1))).block(PATIENCE);

            int key = Flux.from(things.watch(pipeline).startAtOperationTime(before))
                    .map(change -> change.getDocumentKey().getInt32("_id").getValue())
                    .blockFirst(PATIENCE);

            Mono.from(things.deleteMany(new Document())).block(PATIENCE);
            return key;
        }
    }
}
