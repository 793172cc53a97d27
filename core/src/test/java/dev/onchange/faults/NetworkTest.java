package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.status.StreamStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** The full form: {@code -Dcuts=100}. */
class NetworkTest {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkTest.class);
    private static final String DATABASE = "network";

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ProxiedMongo mongo = new ProxiedMongo();
    private final Writer writer = new Writer(mongo.direct(), DATABASE, seed);
    private final Deliveries deliveries = new Deliveries();

    @AfterEach
    void stop() throws IOException {
        writer.close();
        mongo.close();
    }

    @Test
    void each_cut_of_all_connections_is_followed_by_one_reopening_at_most_and_nothing_is_lost_or_repeated() {
        int cuts = Integer.getInteger("cuts", 6);

        try (ChangeListeners listeners = start()) {
            writer.begin();
            for (int cut = 1; cut <= cuts; cut++) {
                awaitMore(1 + random.nextInt(200));
                mongo.proxy().cut();
                awaitMore(1);
                // A cut between two commands harms nobody: the next one finds the same cursor by a new connection.
                assertThat(stream(listeners).reopened()).as("seed %d", seed).isLessThanOrEqualTo(cut);
            }
            writer.finish();
            Patience.awaitUnlessLost(() -> deliveries.count() >= writer.count());

            long reopened = stream(listeners).reopened();
            LOG.info("{} cuts, {} reopenings", cuts, reopened);
            assertThat(reopened).as("seed %d", seed).isBetween(1L, (long) cuts);
            await().atMost(Patience.LIMIT).until(() -> mongo.cursors() == 1);
        }

        assertNothingLostOrRepeated("%d cuts".formatted(cuts));
        await().atMost(Patience.LIMIT).until(() -> mongo.cursors() == 0);
    }

    @Test
    void on_a_slow_network_nothing_is_lost_or_repeated_and_nothing_is_reopened() {
        try (ChangeListeners listeners = start()) {
            writer.begin();
            awaitMore(100);
            mongo.proxy().delay(Duration.ofMillis(500));
            awaitMore(500);
            mongo.proxy().delay(Duration.ZERO);
            writer.finish();
            Patience.awaitUnlessLost(() -> deliveries.count() >= writer.count());

            assertThat(stream(listeners).reopened()).isZero();
        }

        assertNothingLostOrRepeated("a delay of 500 ms");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connections_that_are_dead_without_a_word_are_noticed_and_nothing_is_lost_or_repeated(boolean lookedUp) {
        Duration limit =
                Duration.parse("PT" + System.getProperty("silence", "2s").toUpperCase());

        try (ChangeListeners listeners = builder(lookedUp ? new LookedUp(deliveries) : new Observer(deliveries))
                .answerTimeout(limit)
                .start()) {
            writer.begin();
            awaitMore(100);
            mongo.proxy().swallow();
            long silent = System.nanoTime();
            await().atMost(Patience.LIMIT).until(() -> stream(listeners).phase() == StreamStatus.Phase.REOPENING);
            LOG.info("noticed after {}", Duration.ofNanos(System.nanoTime() - silent));
            mongo.proxy().letPass();
            long passing = System.nanoTime();
            awaitMore(1);
            LOG.info("first event {} after the network was back", Duration.ofNanos(System.nanoTime() - passing));
            writer.finish();
            Patience.awaitUnlessLost(() -> deliveries.count() >= writer.count());
            if (!lookedUp) {
                listeners.savePositions();
            }
            await().atMost(Patience.LIMIT).until(() -> mongo.cursors() == 1);
        }

        assertNothingLostOrRepeated("a network that swallowed everything");
    }

    @Test
    void connections_that_were_being_made_when_the_network_was_dead_hold_up_no_others() {
        try (ChangeListeners listeners = builder(new Observer(deliveries))
                .answerTimeout(Duration.ofSeconds(2))
                .start()) {
            mongo.proxy().swallow();
            for (int i = 0; i < 20; i++) {
                ping(listeners).subscribe(answer -> {}, cut -> {});
            }
            await().atMost(Patience.LIMIT).until(() -> stream(listeners).phase() == StreamStatus.Phase.REOPENING);
            mongo.proxy().letPass();

            await().atMost(Patience.LIMIT).until(() -> stream(listeners).phase() == StreamStatus.Phase.OPEN);
            assertThat(ping(listeners).block(Patience.LIMIT)).containsKey("ok");
        }
    }

    private static Mono<Document> ping(ChangeListeners listeners) {
        return Mono.from(listeners.client().getDatabase("admin").runCommand(new Document("ping", 1)));
    }

    @Test
    void a_look_up_that_is_not_answered_is_noticed_and_nothing_is_lost_or_repeated() {
        try (ChangeListeners listeners = builder(new LookedUp(deliveries))
                .answerTimeout(Duration.ofSeconds(2))
                .start()) {
            writer.begin();
            awaitMore(100);

            mongo.blockOnce("find", DATABASE + "." + Writer.COLLECTION, Patience.LIMIT.multipliedBy(2));
            await().atMost(Patience.LIMIT).until(() -> stream(listeners).reopened() == 1);
            awaitMore(100);

            writer.finish();
            Patience.awaitUnlessLost(() -> deliveries.count() >= writer.count());
        }

        assertNothingLostOrRepeated("a look-up without an answer");
    }

    private ChangeListeners start() {
        return builder(new Observer(deliveries)).start();
    }

    private ChangeListenersBuilder builder(Object handler) {
        return ChangeListeners.builder(mongo.connectionString())
                .database(DATABASE)
                .handlers(handler);
    }

    private static StreamStatus stream(ChangeListeners listeners) {
        return listeners.status().streams().get(0);
    }

    private void awaitMore(int changes) {
        int before = deliveries.count();
        await().atMost(Patience.LIMIT).until(() -> deliveries.count() >= before + changes);
    }

    private void assertNothingLostOrRepeated(String fault) {
        Tally tally = Tally.of(writer.writes(), deliveries.runs());
        LOG.info("seed {}, {}: {}", seed, fault, tally);
        assertThat(tally).as("seed %d", seed).matches(Tally::nothingLost);
        assertThat(tally.repeated()).as("repeated, seed %d", seed).isZero();
    }

    record LookedUp(Deliveries deliveries) {

        @OnChange(
                id = "observer",
                collection = Writer.COLLECTION,
                fullDocument = FullDocument.UPDATE_LOOKUP,
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
                concurrency = 8)
        void received(ChangeEvent<Document> change) {
            deliveries.add(change);
        }
    }
}
