package dev.onchange.engine.stream;

import static dev.onchange.engine.stream.Watcher.PATIENCE;
import static dev.onchange.engine.stream.Watcher.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.StreamState.Phase;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.ListenerEvent;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class CursorReaderTest {

    private final Watcher watcher = Watcher.of(LocalMongo.shared());

    @AfterEach
    void close() {
        watcher.close();
    }

    @Test
    void changes_after_a_stream_was_opened_are_delivered_in_order() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        IntStream.range(0, 50).forEach(i -> watcher.insert("a", i));

        listening.await(50);
        assertThat(listening.numbers()).isEqualTo(IntStream.range(0, 50).boxed().toList());
        assertThat(listening.stream().state().phase()).isEqualTo(Phase.OPEN);
        assertThat(watcher.events()).hasExactlyElementsOfTypes(ListenerEvent.StreamOpened.class);
    }

    @Test
    void what_was_written_before_now_is_not_delivered() {
        watcher.insert("a", 1);

        Listening listening = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 2);

        listening.await(1);
        assertThat(listening.numbers()).containsExactly(2);
    }

    @Test
    void changes_after_now_are_delivered_however_late_the_stream_is_opened() {
        Position now = watcher.now();
        watcher.insert("a", 1);

        Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(now));

        listening.await(1);
        assertThat(listening.numbers()).containsExactly(1);
    }

    @Test
    void the_events_of_one_reply_are_all_delivered_in_order() {
        Position now = watcher.now();
        int number = 500;
        Mono.from(watcher.database()
                        .getCollection("a")
                        .insertMany(IntStream.range(0, number)
                                .mapToObj(i -> new Document("_id", i).append("filler", "x".repeat(i * 7)))
                                .toList()))
                .block(PATIENCE);

        Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(now));

        listening.await(number);
        assertThat(listening.numbers())
                .isEqualTo(IntStream.range(0, number).boxed().toList());
    }

    @Test
    void a_database_stream_brings_the_changes_of_all_its_collections() {
        Listening listening = watcher.listen(watcher.databasePlan());

        watcher.insert("a", 1);
        watcher.insert("b", 2);

        listening.await(2);
        assertThat(listening.changes()).extracting(RawChange::collection).containsExactly("a", "b");
    }

    @Test
    void a_deployment_stream_brings_the_changes_of_all_databases() {
        String database = watcher.database().getName();
        Listening listening = watcher.listen(watcher.deploymentPlan("{$match: {'ns.db': '%s'}}".formatted(database)));

        watcher.insert("a", 1);

        listening.await(1);
        assertThat(listening.last().database()).isEqualTo(database);
    }

    @Test
    void the_pipeline_is_applied_by_the_server() {
        Listening listening = watcher.listen(watcher.collectionPlan(
                "a",
                "{$match: {'fullDocument._id': {$gt: 1}}}",
                "{$project: {twice: {$multiply: ['$fullDocument._id', 2]}}}"));

        watcher.insert("a", 1);
        watcher.insert("a", 2);

        listening.await(1);
        assertThat(listening.last().document().getInt32("twice").getValue()).isEqualTo(4);
        assertThat(listening.last().operation()).isEmpty();
        assertThat(listening.last().clusterTime()).isNotNull();
    }

    @Test
    void a_position_is_that_of_the_change_until_the_server_has_read_further() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        watcher.insert("a", 1);
        listening.await(1);

        Position reached = listening.stream().reached(1);
        assertThat(ResumeTokens.data(reached.token()))
                .isGreaterThanOrEqualTo(ResumeTokens.data(listening.last().token()));
        assertThat(reached.fingerprint()).isEqualTo(watcher.collectionPlan("a").fingerprint());
    }

    @Test
    void the_position_of_an_idle_stream_moves_on_while_others_write() {
        Listening listening = watcher.listen(watcher.collectionPlan("idle"));

        watcher.insert("busy", 1);
        Position written = watcher.now();

        await().atMost(PATIENCE).until(() -> {
            Position reached = listening.stream().reached(0);
            return reached != null && reached.clusterTime().compareTo(written.clusterTime()) >= 0;
        });
        assertThat(listening.changes()).isEmpty();
    }

    @Test
    void a_position_is_never_past_what_was_taken_over() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 1);
        watcher.insert("a", 2);
        listening.await(2);

        List<Position> reached = Stream.of(0, 1)
                .map(listening.stream()::reached)
                .filter(Objects::nonNull)
                .toList();

        assertThat(reached).allMatch(position -> Watermark.of(position).isBefore(listening.last()));
    }

    @Test
    void no_more_is_delivered_than_was_asked_for() {
        Position now = watcher.now();
        IntStream.range(0, 20).forEach(i -> watcher.insert("a", i));

        Listening listening =
                new Listening(watcher.streams().open(watcher.collectionPlan("a"), new StreamStart.After(now)), 3);
        listening.await(3);
        List<Integer> first = listening.numbers();
        listening.request(17);
        listening.await(20);
        listening.close();

        assertThat(first).containsExactly(0, 1, 2);
        assertThat(listening.numbers()).isEqualTo(IntStream.range(0, 20).boxed().toList());
    }

    @Test
    void cancelling_closes_the_cursor_on_the_server_without_waiting_for_a_change() {
        StreamSettings patient = StreamSettings.defaults().withMaxAwaitTime(PATIENCE.multipliedBy(3));
        try (Watcher other = Watcher.of(LocalMongo.shared(), patient)) {
            Listening listening = other.listen(other.collectionPlan("a"));
            await().atMost(PATIENCE).until(() -> other.cursorsOpen() == 1);

            listening.close();
            other.insert("b", "wakes the server up");

            await().atMost(PATIENCE).until(() -> other.cursorsOpen() == 0);
            assertThat(listening.stream().state().phase()).isEqualTo(Phase.CLOSED);
            assertThat(other.events(ListenerEvent.StreamClosed.class)).hasSize(1);
        }
    }

    @Test
    void a_stream_has_one_subscriber() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        Throwable second = catchError(listening.stream());

        assertThat(second).isInstanceOf(IllegalStateException.class);
        assertThat(listening.stream().state().phase()).isEqualTo(Phase.OPEN);
    }

    @Test
    void large_documents_come_whole() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));
        String text = "x".repeat(1 << 20);

        block(watcher.collection("a").insertOne(new Document("_id", 1).append("text", text)));

        listening.await(1);
        assertThat(listening
                        .last()
                        .document()
                        .getDocument("fullDocument")
                        .getString("text")
                        .getValue())
                .isEqualTo(text);
    }

    private static Throwable catchError(OpenStream stream) {
        return stream.changes(StreamHandlers.UNKNOWN)
                .then()
                .materialize()
                .block(PATIENCE)
                .getThrowable();
    }
}
