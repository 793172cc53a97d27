package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.faults.Consumer.Received;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.localmongo.MongoNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Positions are on another server than the changes. The full form: {@code -Doutage=60s}. */
class PositionStoreOutageTest {

    private static final Logger LOG = LoggerFactory.getLogger(PositionStoreOutageTest.class);

    /** Longer than an attempt to save may take, so that failures are told. */
    private static final Duration OUTAGE =
            Duration.parse("PT" + System.getProperty("outage", "4s").toUpperCase());

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "outage_" + Long.toHexString(System.nanoTime());
    private final LocalMongo store = LocalMongo.builder().ownProcess().start();
    private final MongoNode node = store.nodes().get(0);
    private final Writer writer = new Writer(uri, database, seed);

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        writer.close();
        store.close();
    }

    @Test
    void while_the_store_is_down_changes_go_on_being_handled_and_then_positions_catch_up() throws IOException {
        String told = run(MongoNode::kill, MongoNode::restart);

        assertThat(told).contains("PositionsNotSaved").contains("ONC-1301");
    }

    @Test
    void while_the_store_does_not_answer_changes_go_on_being_handled_and_then_positions_catch_up() throws IOException {
        run(MongoNode::freeze, MongoNode::thaw);
    }

    /** With a consumer of little memory that is killed afterwards. */
    private String run(java.util.function.Consumer<MongoNode> begin, java.util.function.Consumer<MongoNode> end)
            throws IOException {
        List<Received> first;
        String told;
        try (Consumer consumer = start(1)) {
            writer.begin();
            await().atMost(Patience.LIMIT).until(() -> consumer.received().size() >= 500);

            begin.accept(node);
            long begun = System.nanoTime();
            int before = consumer.received().size();
            await().atMost(OUTAGE.plus(Patience.LIMIT)).until(() -> System.nanoTime() - begun >= OUTAGE.toNanos());
            int during = consumer.received().size() - before;
            end.accept(node);
            LOG.info("{} changes handled during an outage of {}", during, OUTAGE);
            assertThat(during).isGreaterThan(100);
            awaitCurrentPosition();

            consumer.kill();
            first = consumer.lines();
            told = consumer.told();
        }
        writer.finish();
        try (Consumer consumer = start(2)) {
            Patience.awaitUnlessLost(() -> tally(first, consumer).lost() == 0);
            Tally tally = tally(first, consumer);
            LOG.info("seed {}: {}", seed, tally);
            assertThat(tally).as("seed %d", seed).matches(Tally::nothingLost);
            assertThat(tally.repeated()).as("repeated, seed %d", seed).isLessThan(first.size() / 2);
        }
        return told;
    }

    private Tally tally(List<Received> first, Consumer second) throws IOException {
        return Tally.of(
                writer.writes(), List.of(first.stream().map(Received::write).toList(), second.received()));
    }

    /** The one that is stored. */
    private void awaitCurrentPosition() {
        try (MongoClient client = MongoClients.create(store.connectionString())) {
            MongoCheckpointStore positions = new MongoCheckpointStore(client, database + "_state");
            long now = Instant.now().getEpochSecond();
            await().atMost(Patience.LIMIT).until(() -> {
                Position position = positions
                        .load(List.of("recorder"))
                        .block(Patience.LIMIT)
                        .get("recorder");
                return position != null && position.clusterTime().getTime() >= now;
            });
        }
    }

    private Consumer start(int run) throws IOException {
        String patient = store.connectionString() + "&serverSelectionTimeoutMS=1000";
        return Consumer.start(RecordingProgram.class, uri, database, folder.resolve("run" + run), patient);
    }
}
