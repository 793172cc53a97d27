package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.Replayed;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.HandlerStatus.Counts;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The full form: {@code -Dpoison=100000}. */
class PoisonTest {

    private static final Logger LOG = LoggerFactory.getLogger(PoisonTest.class);
    private static final int ONE_IN = 1_000;
    private static final int AT_A_TIME = 500;

    private final int changes = Integer.getInteger("poison", 5_000);
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "poison_" + Long.toHexString(System.nanoTime());
    private final Writer writer = new Writer(uri, database, seed);
    private final Deliveries deliveries = new Deliveries();
    private final AtomicBoolean repaired = new AtomicBoolean();

    @AfterEach
    void disconnect() {
        writer.close();
    }

    @Test
    void of_many_changes_a_few_that_fail_hold_up_their_keys_alone_and_once_repaired_go_on_in_order() {
        try (ChangeListeners listeners = start()) {
            while (writer.count() < changes) {
                writer.write(AT_A_TIME);
            }
            await().atMost(Patience.LIMIT.plusMillis(changes)).until(() -> settled(listeners) >= writer.count());
            Counts failed = listeners.status().handler("sensitive").counts();
            Map<Integer, Integer> firstPoison = firstPoison();
            Set<Write> wanted = writer.writes().stream()
                    .filter(write -> write.version() < firstPoison.getOrDefault(write.key(), Integer.MAX_VALUE))
                    .collect(Collectors.toSet());
            Tally before = Tally.of(wanted, deliveries.runs());
            LOG.info("seed {}, {} poisoned keys: {}, {}", seed, firstPoison.size(), failed, before);

            assertThat(before).as("seed %d", seed).matches(Tally::nothingLost);
            assertThat(before.repeated()).isZero();
            assertThat(firstPoison).isNotEmpty();
            assertThat(failed.deadLettered()).isEqualTo(firstPoison.size());
            assertThat(failed.parked()).isEqualTo(writer.count() - wanted.size() - firstPoison.size());
            assertThat(listeners.deadLetters().count(DeadLetterFilter.all()).block())
                    .isEqualTo(writer.count() - wanted.size());

            repaired.set(true);
            long begun = System.nanoTime();
            Replayed replayed =
                    listeners.deadLetters().replay(DeadLetterFilter.all()).block();
            LOG.info("{} in {}", replayed, Duration.ofNanos(System.nanoTime() - begun));
            assertThat(listeners.deadLetters().count(DeadLetterFilter.all()).block())
                    .isZero();
        }

        Tally tally = Tally.of(writer.writes(), deliveries.runs());
        LOG.info("seed {}, {} changes, {} of them poison: {}", seed, writer.count(), poison(), tally);
        assertThat(tally).as("seed %d", seed).matches(Tally::nothingLost);
        assertThat(tally.repeated()).as("repeated, seed %d", seed).isZero();
    }

    private ChangeListeners start() {
        return ChangeListeners.builder(uri)
                .database(database)
                .stateDatabase(database + "_state")
                .handlers(new Sensitive(deliveries, repaired))
                .start();
    }

    private static long settled(ChangeListeners listeners) {
        Counts counts = listeners.status().handler("sensitive").counts();
        return counts.handled() + counts.deadLettered() + counts.parked();
    }

    private static boolean isPoison(Write write) {
        return Math.floorMod(write.key() * 7_919 + write.version() * 104_729, ONE_IN) == 0;
    }

    private long poison() {
        return writer.writes().stream().filter(PoisonTest::isPoison).count();
    }

    private Map<Integer, Integer> firstPoison() {
        return writer.writes().stream()
                .filter(PoisonTest::isPoison)
                .collect(Collectors.toMap(Write::key, Write::version, Math::min));
    }

    record Sensitive(Deliveries deliveries, AtomicBoolean repaired) {

        @OnChange(
                id = "sensitive",
                collection = Writer.COLLECTION,
                operation = {"insert", "update", "delete"},
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
                concurrency = 8,
                retry = @Retry(attempts = 2, backoff = "5ms"))
        void received(ChangeEvent<Document> change) {
            if (isPoison(Write.of(change)) && !repaired.get()) {
                throw new IllegalStateException("this change is poison");
            }
            deliveries.add(change);
        }
    }
}
