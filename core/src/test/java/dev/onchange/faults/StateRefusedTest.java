package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.HandlerStatus.Counts;
import dev.onchange.status.ListenerEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server refuses to write what the listeners keep, as it does when its disk is full. A disk that is full indeed would
 * need a file system of its own; the server's fail point answers as it does then, and for these collections alone.
 */
class StateRefusedTest {

    private static final Logger LOG = LoggerFactory.getLogger(StateRefusedTest.class);
    private static final int OUT_OF_DISK_SPACE = 14031;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final LocalMongo mongo = LocalMongo.shared();
    private final String database = "full_" + Long.toHexString(System.nanoTime());
    private final String state = database + "_state";
    private final Writer writer = new Writer(mongo.connectionString(), database, seed);
    private final Deliveries deliveries = new Deliveries();
    private final AtomicBoolean repaired = new AtomicBoolean();
    private final List<ListenerEvent> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void disconnect() {
        writer.close();
    }

    @Test
    void while_positions_cannot_be_written_changes_go_on_being_handled_and_it_is_told_why() {
        try (ChangeListeners listeners = start()) {
            writer.begin();
            awaitMore(200);

            try (FailPoint full = diskFull("onchange.positions")) {
                awaitEvent(ListenerEvent.PositionsNotSaved.class);
                awaitMore(200);
                assertThat(listeners.status().healthy()).isTrue();
            }
            writer.finish();
            Patience.awaitUnlessLost(() -> deliveries.count() >= writer.count());
            listeners.savePositions();
        }

        ListenerEvent.PositionsNotSaved told = awaitEvent(ListenerEvent.PositionsNotSaved.class);
        assertThat(told.failure()).hasMessageContaining("ONC-1301").hasMessageContaining("OutOfDiskSpace");
        deliveries.beginRun();
        try (ChangeListeners again = start()) {
            again.savePositions();
        }
        Tally tally = Tally.of(writer.writes(), deliveries.runs());
        LOG.info("seed {}: {}", seed, tally);
        assertThat(tally).as("seed %d", seed).matches(Tally::nothingLost);
        assertThat(tally.repeated()).as("repeated, seed %d", seed).isZero();
    }

    @Test
    void while_dead_letters_cannot_be_written_other_keys_go_on_and_nothing_overtakes_the_failed_one() {
        try (ChangeListeners listeners = start()) {
            writer.write(500);
            await().atMost(Patience.LIMIT).until(() -> deliveries.count() >= writer.count());

            Counts counts;
            try (FailPoint full = diskFull("deadLetters")) {
                repaired.set(false);
                writer.write(500);
                ListenerEvent.DeadLetterNotStored told = awaitEvent(ListenerEvent.DeadLetterNotStored.class);
                writer.write(500);
                assertThat(told.failure()).hasMessageContaining("OutOfDiskSpace");
                await().atMost(Patience.LIMIT).until(() -> deliveries.count() >= 1_200);
                counts = listeners.status().handler("fragile").counts();
                assertThat(counts.deadLettered() + counts.parked()).isZero();
            }
            await().atMost(Patience.LIMIT).until(() -> settled(listeners) >= writer.count());

            repaired.set(true);
            listeners.deadLetters().replay(DeadLetterFilter.all()).block();
            assertThat(listeners.deadLetters().count(DeadLetterFilter.all()).block())
                    .isZero();
        }

        Tally tally = Tally.of(writer.writes(), deliveries.runs());
        LOG.info("seed {}: {}", seed, tally);
        assertThat(tally).as("seed %d", seed).matches(Tally::nothingLost);
        assertThat(tally.repeated()).as("repeated, seed %d", seed).isZero();
    }

    private ChangeListeners start() {
        repaired.set(true);
        return ChangeListeners.builder(mongo.connectionString())
                .database(database)
                .stateDatabase(state)
                .listener(events::add)
                .handlers(new Fragile(deliveries, repaired))
                .start();
    }

    private FailPoint diskFull(String collection) {
        return mongo.failPoint(
                "failCommand",
                "alwaysOn",
                new Document("failCommands", List.of("insert", "update", "delete", "findAndModify"))
                        .append("namespace", state + "." + collection)
                        .append("errorCode", OUT_OF_DISK_SPACE));
    }

    private static long settled(ChangeListeners listeners) {
        Counts counts = listeners.status().handler("fragile").counts();
        return counts.handled() + counts.deadLettered() + counts.parked();
    }

    private void awaitMore(int changes) {
        int before = deliveries.count();
        await().atMost(Patience.LIMIT).until(() -> deliveries.count() >= before + changes);
    }

    private <E extends ListenerEvent> E awaitEvent(Class<E> type) {
        await().atMost(Patience.LIMIT).until(() -> events.stream().anyMatch(type::isInstance));
        return events.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Fails with few keys, unless repaired. */
    record Fragile(Deliveries deliveries, AtomicBoolean repaired) {

        @OnChange(
                id = "fragile",
                collection = Writer.COLLECTION,
                operation = {"insert", "update", "delete"},
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
                concurrency = 8,
                retry = @Retry(attempts = 1))
        void received(ChangeEvent<Document> change) {
            Write write = Write.of(change);
            if (!repaired.get() && write.key() % 100 == 0) {
                throw new IllegalStateException("this handler is out of order");
            }
            deliveries.add(change);
        }
    }
}
