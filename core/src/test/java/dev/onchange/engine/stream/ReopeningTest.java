package dev.onchange.engine.stream;

import static dev.onchange.engine.stream.Watcher.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.HistoryLost;
import dev.onchange.OnChangeException;
import dev.onchange.TestedDriver;
import dev.onchange.engine.stream.StreamState.Phase;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReopeningTest {

    private final Watcher watcher = Watcher.of(LocalMongo.shared());

    @AfterEach
    void close() {
        watcher.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{errorCode: 6}",
                "{errorCode: 7}",
                "{errorCode: 43}",
                "{errorCode: 50}",
                "{errorCode: 89}",
                "{errorCode: 91}",
                "{errorCode: 133}",
                "{errorCode: 136}",
                "{errorCode: 189}",
                "{errorCode: 216}",
                "{errorCode: 462, errorLabels: ['SystemOverloadedError', 'RetryableError']}",
                "{errorCode: 2, errorLabels: ['SystemOverloadedError', 'RetryableError']}",
                "{errorCode: 237}",
                "{errorCode: 262}",
                "{errorCode: 10107}",
                "{errorCode: 9001}",
                "{errorCode: 11600}",
                "{errorCode: 11601}",
                "{errorCode: 11602}",
                "{errorCode: 13435}",
                "{errorCode: 13436}",
                "{errorCode: 8, errorLabels: ['ResumableChangeStreamError']}",
                "{closeConnection: true}"
            })
    void a_passing_failure_while_reading_is_followed_by_one_reopening_and_no_loss(String how) {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 1);
        listening.await(1);

        watcher.fail(1, "getMore", how);
        watcher.insert("a", 2);
        listening.await(2);
        watcher.insert("a", 3);

        listening.await(3);
        assertThat(listening.numbers()).containsExactly(1, 2, 3);
        assertThat(watcher.events())
                .hasExactlyElementsOfTypes(
                        ListenerEvent.StreamOpened.class,
                        ListenerEvent.StreamReopening.class,
                        ListenerEvent.StreamOpened.class);
        assertThat(listening.stream().state().reopened()).isEqualTo(1);
        assertThat(watcher.traffic().openings()).isEqualTo(2);
        await().atMost(PATIENCE).until(() -> watcher.cursorsOpen() == 1);
    }

    @Test
    void failures_in_a_row_are_waited_for_longer_and_longer() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        watcher.fail(5, List.of("getMore", "aggregate"), "{errorCode: 43}");
        await().atMost(PATIENCE)
                .until(() -> watcher.events(ListenerEvent.StreamOpened.class).size() == 2);

        List<ListenerEvent.StreamReopening> reopenings = watcher.events(ListenerEvent.StreamReopening.class);
        assertThat(reopenings)
                .extracting(ListenerEvent.StreamReopening::attempt)
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(reopenings.get(3).delay()).isGreaterThan(reopenings.get(0).delay());
        assertThat(reopenings).allMatch(each -> each.delay().compareTo(Duration.ofMillis(100)) <= 0);
        assertThat(listening.stream().state().phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void nothing_is_lost_or_repeated_when_every_other_reply_fails() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        for (int i = 0; i < 40; i++) {
            if (i % 2 == 0) {
                watcher.fail(1, "getMore", i % 4 == 0 ? "{errorCode: 43}" : "{closeConnection: true}");
            }
            watcher.insert("a", i);
            listening.await(i + 1);
        }

        assertThat(listening.numbers()).isEqualTo(IntStream.range(0, 40).boxed().toList());
        await().atMost(PATIENCE).until(() -> watcher.traffic().connectionsInUse() <= 1);
        await().atMost(PATIENCE).until(() -> watcher.cursorsOpen() == 1);
    }

    @Test
    void a_token_that_is_not_found_while_reading_is_replaced_by_its_time_at_once() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 1);
        listening.await(1);

        watcher.fail(1, "getMore", "{errorCode: 280}");
        watcher.insert("a", 2);
        listening.await(2);
        watcher.insert("a", 3);

        listening.await(3);
        assertThat(listening.numbers()).containsExactly(1, 2, 3);
        assertThat(watcher.events())
                .hasExactlyElementsOfTypes(
                        ListenerEvent.StreamOpened.class,
                        ListenerEvent.TokenNotFound.class,
                        ListenerEvent.StreamOpened.class);
        assertThat(watcher.traffic().openings()).isEqualTo(2);
    }

    @Test
    void a_token_that_is_not_found_by_its_time_either_ends_the_stream() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 1);
        listening.await(1);

        watcher.fail(1000, List.of("getMore", "aggregate"), "{errorCode: 280}");

        assertThat(listening.awaitError()).hasMessageContaining(ProblemCode.STREAM_FAILED.id());
        assertThat(watcher.traffic().openings()).isLessThanOrEqualTo(3);
    }

    @Test
    void a_position_that_is_gone_while_reading_ends_the_stream_once_unless_it_is_told_to_go_on() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        watcher.fail(1, "getMore", "{errorCode: 286}");

        assertThat(listening.awaitError()).hasMessageContaining(ProblemCode.HISTORY_LOST.id());
        assertThat(watcher.events())
                .hasExactlyElementsOfTypes(
                        ListenerEvent.StreamOpened.class,
                        ListenerEvent.HistoryLost.class,
                        ListenerEvent.StreamFailed.class);
        assertThat(watcher.traffic().openings()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {43, 286})
    void what_fails_again_and_again_is_opened_once_a_failure_and_never_without_a_wait(int code) {
        try (Watcher patient =
                Watcher.of(LocalMongo.shared(), Watcher.settings().withHistoryLost(HistoryLost.RESTART_NOW))) {
            Listening listening = patient.listen(patient.collectionPlan("a"));
            patient.insert("a", 1);
            listening.await(1);
            int before = patient.traffic().openings();

            patient.fail(12, List.of("getMore", "aggregate"), "{errorCode: " + code + "}");
            await().atMost(PATIENCE).until(() -> failures(patient) >= 12);
            patient.insert("a", 2);
            listening.await(2);

            assertThat(listening.numbers()).containsExactly(1, 2);
            assertThat(patient.traffic().openings() - before).isLessThanOrEqualTo(failures(patient));
            await().atMost(PATIENCE).until(() -> patient.cursorsOpen() == 1);
            await().atMost(PATIENCE).until(() -> patient.traffic().connectionsInUse() <= 1);
        }
    }

    private static int failures(Watcher watcher) {
        return watcher.events(ListenerEvent.StreamReopening.class).size()
                + watcher.events(ListenerEvent.TokenNotFound.class).size()
                + watcher.events(ListenerEvent.HistoryLost.class).size();
    }

    @Test
    void a_stream_without_events_goes_on_from_where_the_server_had_read() {
        Listening listening = watcher.listen(watcher.collectionPlan("idle"));
        watcher.insert("busy", 1);
        await().atMost(PATIENCE).until(() -> listening.stream().reached(0) != null);

        watcher.fail(1, "getMore", "{errorCode: 43}");
        watcher.awaitEvent(ListenerEvent.StreamReopening.class);
        watcher.insert("idle", 2);

        listening.await(1);
        assertThat(listening.numbers()).containsExactly(2);
    }

    @Test
    void a_server_that_cannot_be_reached_yet_is_waited_for() {
        FailPoint down = watcher.fail(1000, "aggregate", "{errorCode: 262}");
        Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(watcher.now()));
        watcher.awaitEvent(ListenerEvent.StreamReopening.class);
        assertThat(listening.stream().state().phase()).isEqualTo(Phase.REOPENING);
        assertThat(listening.stream().state().reason()).isNotNull();

        down.close();

        listening.stream().opened().block(PATIENCE);
        assertThat(listening.stream().state().phase()).isEqualTo(Phase.OPEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 13, 18, 20, 47, 73, 166, 260, 40324, 40573})
    void a_failure_that_would_come_again_ends_the_stream_with_its_reason(int code) {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        watcher.fail(1, "getMore", "{errorCode: " + code + "}");

        OnChangeException error = (OnChangeException) listening.awaitError();
        assertThat(error.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.STREAM_FAILED);
            assertThat(problem.where()).contains("the stream");
        });
        assertThat(listening.stream().state().phase()).isEqualTo(Phase.FAILED);
        assertThat(listening.stream().state().reason()).isSameAs(error);
        assertThat(watcher.events(ListenerEvent.StreamFailed.class)).hasSize(1);
    }

    @Test
    void a_server_that_is_slow_and_not_dead_is_given_more_and_more_time() {
        try (Watcher hasty =
                Watcher.of(LocalMongo.shared(), Watcher.settings().withAnswerTimeout(Duration.ofMillis(300)))) {
            Listening listening = hasty.listen(hasty.collectionPlan("a"));
            hasty.insert("a", 1);
            listening.await(1);

            hasty.fail(1000, "getMore", "{blockConnection: true, blockTimeMS: 1000}");
            hasty.insert("a", 2);
            listening.await(2);
            hasty.insert("a", 3);

            listening.await(3);
            assertThat(listening.numbers()).containsExactly(1, 2, 3);
            assertThat(hasty.events(ListenerEvent.StreamReopening.class))
                    .isNotEmpty()
                    .extracting(ListenerEvent.StreamReopening::failure)
                    .allMatch(StreamFailure.NoAnswer.class::isInstance);
            await().atMost(PATIENCE).until(() -> hasty.cursorsOpen() == 1);
        }
    }

    @Test
    void closing_while_it_waits_to_reopen_ends_it() {
        try (Watcher slow = Watcher.of(
                LocalMongo.shared(), Watcher.settings().withBackoff(new Backoff(PATIENCE, 1, PATIENCE, 0)))) {
            Listening listening = slow.listen(slow.collectionPlan("a"));
            slow.fail(1, "getMore", "{errorCode: 43}");
            slow.awaitEvent(ListenerEvent.StreamReopening.class);

            listening.close();

            assertThat(listening.stream().state().phase()).isEqualTo(Phase.CLOSED);
            await().atMost(PATIENCE).until(() -> slow.cursorsOpen() == 0);
        }
    }

    @Test
    void when_the_primary_is_lost_the_stream_goes_on_with_the_next() {
        try (LocalMongo mongo = LocalMongo.builder().nodes(3).start();
                Watcher other = Watcher.of(mongo)) {
            Listening listening = other.listen(other.collectionPlan("a"));
            other.insert("a", 1);
            listening.await(1);

            mongo.primary().kill();
            mongo.primary();
            other.insert("a", 2);
            mongo.stepDown();
            mongo.primary();
            other.insert("a", 3);

            listening.await(3);
            assertThat(listening.numbers()).containsExactly(1, 2, 3);
            assertThat(listening.stream().state().phase()).isEqualTo(Phase.OPEN);
        }
    }

    @Test
    void a_client_that_was_closed_ends_the_stream_unless_the_driver_reads_on() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        watcher.client().close();

        if (TestedDriver.readsOnWhenClosed()) {
            try (MongoClient other = MongoClients.create(LocalMongo.shared().connectionString())) {
                MongoCollection<Document> watched =
                        other.getDatabase(watcher.database().getName()).getCollection("a");
                await().atMost(PATIENCE).until(() -> {
                    Watcher.block(watched.insertOne(new Document()));
                    return listening.hasFailed() || !listening.changes().isEmpty();
                });
            }
        } else {
            assertThat(listening.awaitError()).hasMessageContaining("ONC-1205");
        }
    }
}
