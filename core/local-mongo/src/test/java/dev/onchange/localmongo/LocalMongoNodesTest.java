package dev.onchange.localmongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.WriteConcern;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class LocalMongoNodesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static LocalMongo mongo;
    private static MongoClient client;

    @BeforeAll
    static void start() {
        mongo = LocalMongo.builder().nodes(3).start();
        client = MongoClients.create(mongo.connectionString() + "&heartbeatFrequencyMS=500");
    }

    @AfterAll
    static void stop() {
        client.close();
        mongo.close();
    }

    @Test
    void three_nodes_are_in_sync_and_one_of_them_is_primary() {
        assertThat(mongo.nodes()).hasSize(3).allMatch(MongoNode::running);
        assertThat(mongo.nodes()).filteredOn(MongoNode::primary).hasSize(1);
        assertThat(insert("in sync")).isTrue();
    }

    @Test
    void when_the_primary_steps_down_another_node_takes_over() {
        MongoNode before = mongo.primary();

        mongo.stepDown();

        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(mongo.primary()).isNotSameAs(before));
        assertThat(insert("stepped down")).isTrue();
    }

    @Test
    void when_the_primary_is_killed_another_node_takes_over_and_the_killed_one_comes_back() {
        assertThat(insert("before")).isTrue();
        MongoNode killed = mongo.primary();

        killed.kill();

        assertThat(killed.running()).isFalse();
        assertThat(mongo.primary()).isNotSameAs(killed);
        assertThat(insert("while it is gone")).isTrue();
        killed.restart();
        assertThat(killed.running()).isTrue();
    }

    @Test
    void a_frozen_primary_is_replaced_and_follows_when_it_goes_on() {
        MongoNode frozen = mongo.primary();

        frozen.freeze();
        MongoNode next = Primary.among(
                mongo.nodes().stream().filter(node -> node != frozen).toList());
        frozen.thaw();

        assertThat(next).isNotSameAs(frozen);
        Awaitility.await().atMost(PATIENCE).until(() -> !frozen.primary() && frozen.serving());
        assertThat(insert("thawed")).isTrue();
    }

    @Test
    void a_stopped_node_can_be_started_again() {
        MongoNode secondary = mongo.nodes().stream()
                .filter(node -> !node.primary())
                .findFirst()
                .orElseThrow();
        long pid = secondary.pid();

        secondary.stop();
        boolean ran = secondary.running();
        secondary.restart();

        assertThat(ran).isFalse();
        assertThat(secondary.running()).isTrue();
        assertThat(secondary.pid()).isNotEqualTo(pid);
    }

    @Test
    void a_replica_set_has_at_most_seven_voting_nodes() {
        assertThatThrownBy(() -> LocalMongo.builder().nodes(8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 8");
    }

    private static boolean insert(String text) {
        MongoCollection<Document> things =
                client.getDatabase("nodes_test").getCollection("things").withWriteConcern(WriteConcern.MAJORITY);
        return Mono.from(things.insertOne(new Document("text", text)))
                .retry(3)
                .block(PATIENCE)
                .wasAcknowledged();
    }
}
