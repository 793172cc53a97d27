package dev.onchange.engine.stream;

import static dev.onchange.engine.stream.Watcher.PATIENCE;
import static dev.onchange.engine.stream.Watcher.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.HistoryLost;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.StreamState.Phase;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class HistoryLostTest {

    private static final int BATCH = 100;

    /** Few enough to have room in the oplog. */
    private static final int MORE_THAN_READ_AHEAD = Prefetch.EVENTS + 3 * BATCH;

    /** One megabyte of oplog, and a checkpoint each second, without which the server removes nothing from it. */
    private static LocalMongo mongo;

    @BeforeAll
    static void start() {
        mongo = LocalMongo.builder()
                .oplogSizeMb(1)
                .arguments("--syncdelay", "1")
                .start();
    }

    @AfterAll
    static void stop() {
        mongo.close();
    }

    @Test
    void by_default_a_stream_whose_position_is_gone_stops_and_says_what_is_missing() {
        try (Watcher watcher = Watcher.of(mongo)) {
            Position position = lostPosition(watcher);

            Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(position));

            OnChangeException error = (OnChangeException) listening.awaitError();
            assertThat(error.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.HISTORY_LOST);
                assertThat(problem.what())
                        .contains(Instant.ofEpochSecond(position.clusterTime().getTime())
                                .toString());
            });
            assertThat(listening.stream().state().phase()).isEqualTo(Phase.FAILED);
            assertThat(watcher.events(ListenerEvent.HistoryLost.class))
                    .singleElement()
                    .satisfies(lost -> {
                        assertThat(lost.from()).isEqualTo(position.clusterTime());
                        assertThat(lost.to()).isGreaterThan(position.clusterTime());
                        assertThat(lost.answer()).isEqualTo(HistoryLost.STOP);
                    });
        }
    }

    @Test
    void it_goes_on_from_now_if_it_is_told_to() {
        try (Watcher watcher = Watcher.of(mongo, Watcher.settings().withHistoryLost(HistoryLost.RESTART_NOW))) {
            Position position = lostPosition(watcher);
            watcher.insert("a", "still in the oplog");
            BsonTimestamp before = watcher.now().clusterTime();

            Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(position));
            listening.stream().opened().block(PATIENCE);
            watcher.insert("a", 3);

            listening.await(1);
            assertThat(listening.numbers()).containsExactly(3);
            assertThat(watcher.awaitEvent(ListenerEvent.HistoryLost.class).to()).isGreaterThanOrEqualTo(before);
        }
    }

    @Test
    void it_goes_on_from_the_oldest_entry_if_it_is_told_to() {
        try (Watcher watcher = Watcher.of(mongo, Watcher.settings().withHistoryLost(HistoryLost.RESTART_EARLIEST))) {
            Position position = lostPosition(watcher);
            watcher.insert("a", 3);

            Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(position));

            listening.await(1);
            assertThat(listening.numbers()).containsExactly(3);
            // While it opens, the server may remove the entry that was the oldest: then it is told once more, from
            // there.
            BsonTimestamp from = position.clusterTime();
            assertThat(watcher.events(ListenerEvent.HistoryLost.class)).isNotEmpty();
            for (ListenerEvent.HistoryLost lost : watcher.events(ListenerEvent.HistoryLost.class)) {
                assertThat(lost.from()).isEqualTo(from);
                assertThat(lost.to()).isLessThanOrEqualTo(listening.last().clusterTime());
                from = justBefore(lost.to());
            }
        }
    }

    @Test
    void an_open_stream_that_was_not_read_in_time_is_treated_alike() {
        try (Watcher watcher = Watcher.of(mongo, Watcher.settings().withBatchSize(BATCH))) {
            Position now = watcher.now();
            // More than is read ahead of those who do not ask.
            watcher.insertMany("a", MORE_THAN_READ_AHEAD);
            Listening slow =
                    new Listening(watcher.streams().open(watcher.collectionPlan("a"), new StreamStart.After(now)), 1);
            slow.await(1);

            rollOver(watcher, watcher.now().clusterTime());
            slow.request(Long.MAX_VALUE);

            assertThat(slow.awaitError()).hasMessageContaining("ONC-1204");
            slow.close();
        }
    }

    @Test
    void a_handler_that_is_further_than_its_stream_keeps_its_place_when_the_stream_loses_its_own() {
        try (Watcher watcher = Watcher.of(mongo, Watcher.settings().withHistoryLost(HistoryLost.RESTART_NOW))) {
            Position position = lostPosition(watcher);
            Position further = watcher.now();
            watcher.insert("a", 3);
            Told told = new Told(List.of(
                    new StreamHandlers.Start("behind", position), new StreamHandlers.Start("further", further)));

            Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(position), told);

            listening.await(1);
            assertThat(listening.numbers()).containsExactly(3);
            assertThat(told.restarted).containsExactly("behind");
            assertThat(watcher.awaitEvent(ListenerEvent.HistoryLost.class).handlerIds())
                    .containsExactly("behind");
        }
    }

    @Test
    void one_that_has_lost_its_history_stops_alone_where_another_of_its_stream_can_go_on() {
        try (Watcher watcher = Watcher.of(mongo, Watcher.settings().withBatchSize(BATCH))) {
            Position now = watcher.now();
            watcher.insertMany("a", MORE_THAN_READ_AHEAD);
            Told told = new Told(new ArrayList<>(List.of(new StreamHandlers.Start("behind", now))));
            Listening slow = new Listening(
                    watcher.streams().open(watcher.collectionPlan("a"), new StreamStart.After(now)), 1, told);
            slow.await(1);
            rollOver(watcher, watcher.now().clusterTime());
            told.starts.add(new StreamHandlers.Start("further", watcher.now()));
            watcher.insert("a", -1);

            slow.request(Long.MAX_VALUE);

            await().atMost(Watcher.PATIENCE)
                    .untilAsserted(() -> assertThat(slow.numbers()).endsWith(-1));
            assertThat(told.stopped).containsExactly("behind");
            assertThat(told.reason).hasMessageContaining("ONC-1204").hasMessageContaining("behind");
            slow.close();
        }
    }

    @Test
    void a_stream_can_begin_at_the_oldest_entry_of_an_oplog_that_has_lost_its_first() {
        try (Watcher watcher = Watcher.of(mongo)) {
            lostPosition(watcher);
            watcher.insert("a", 3);

            Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.Earliest());

            listening.await(1);
            assertThat(listening.numbers()).containsExactly(3);
        }
    }

    @Test
    void an_account_that_may_not_read_the_oplog_finds_its_oldest_entry_by_opening_streams() {
        try (Watcher watcher = Watcher.of(mongo)) {
            lostPosition(watcher);
            OldestEntryProbe oldestEntryProbe =
                    new OldestEntryProbe(watcher.streams().cursors());
            BsonTimestamp before = block(watcher.streams().oplog().oldest());

            BsonTimestamp found = block(oldestEntryProbe.oldest(
                    watcher.collectionPlan("a"), watcher.now().clusterTime()));

            BsonTimestamp after = block(watcher.streams().oplog().oldest());
            assertThat(found).isBetween(before, new BsonTimestamp(after.getTime() + 1, 1));
        }
    }

    @Test
    void where_the_oplog_reads_as_empty_a_stream_whose_position_is_gone_stops_with_the_range() throws IOException {
        try (OplogHidingProxy router = new OplogHidingProxy(mongo.nodes().get(0).address());
                Watcher watcher = Watcher.of(mongo);
                Watcher behind = Watcher.at(router.connectionString(), mongo, Watcher.settings())) {
            Position position = lostPosition(watcher);

            Listening listening = behind.listen(behind.collectionPlan("a"), new StreamStart.After(position));

            assertThat(listening.awaitError()).hasMessageContaining("ONC-1204").hasMessageContaining("oldest entry at");
        }
    }

    @Test
    void where_the_oplog_reads_as_empty_a_stream_can_begin_at_its_oldest_entry() throws IOException {
        try (OplogHidingProxy router = new OplogHidingProxy(mongo.nodes().get(0).address());
                Watcher watcher = Watcher.of(mongo);
                Watcher behind = Watcher.at(router.connectionString(), mongo, Watcher.settings())) {
            lostPosition(watcher);
            watcher.insert("a", 3);

            Listening listening = behind.listen(watcher.collectionPlan("a"), new StreamStart.Earliest());

            listening.await(1);
            assertThat(listening.numbers()).containsExactly(3);
        }
    }

    private static Position lostPosition(Watcher watcher) {
        Listening before = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 1);
        before.await(1);
        Position position = before.last().position();
        before.close();
        rollOver(watcher, position.clusterTime());
        return position;
    }

    /** A stream that begins at an entry has settled everything before it. */
    private static BsonTimestamp justBefore(BsonTimestamp entry) {
        return new BsonTimestamp(entry.getValue() - 1);
    }

    /** Writes until the oplog no longer holds that time. */
    private static void rollOver(Watcher watcher, BsonTimestamp past) {
        Document filler = new Document("text", "x".repeat(100_000));
        // No faster than is needed to let the oplog forget.
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).until(() -> {
            block(watcher.collection("filler").insertOne(new Document(filler)));
            return block(watcher.streams().oplog().oldest()).compareTo(past) > 0;
        });
    }

    private static final class Told implements StreamHandlers {

        final List<Start> starts;
        final Collection<String> restarted = new CopyOnWriteArrayList<>();
        final Collection<String> stopped = new CopyOnWriteArrayList<>();
        volatile @Nullable Throwable reason;

        Told(List<Start> starts) {
            this.starts = starts;
        }

        @Override
        public List<Start> starts() {
            return starts;
        }

        @Override
        public void restart(Collection<String> handlerIds, Position at, Position cursorStart) {
            restarted.addAll(handlerIds);
        }

        @Override
        public Mono<Void> restartWithSnapshots(Collection<String> handlerIds, Position at, Position cursorStart) {
            return Mono.error(new AssertionError("nothing asks for it"));
        }

        @Override
        public void stop(Collection<String> handlerIds, Throwable why) {
            stopped.addAll(handlerIds);
            reason = why;
        }
    }
}
