package dev.onchange.engine.stream;

import static dev.onchange.engine.stream.Watcher.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.checkpoint.Position;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.ListenerEvent;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With a client that was not instrumented. */
class WithoutCommandTapTest {

    private final Watcher watcher = Watcher.untapped(LocalMongo.shared(), Watcher.settings());

    @AfterEach
    void close() {
        watcher.close();
    }

    @Test
    void changes_once_the_stream_is_open_are_delivered() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        IntStream.range(0, 10).forEach(i -> watcher.insert("a", i));

        listening.await(10);
        assertThat(listening.numbers()).isEqualTo(IntStream.range(0, 10).boxed().toList());
    }

    @Test
    void a_stream_that_the_server_refuses_fails_before_it_is_open() {
        Listening listening =
                watcher.listen(watcher.collectionPlan("a", "{$unheardOf: {}}"), new StreamStart.After(watcher.now()));

        assertThat(listening.awaitError()).hasMessageContaining("ONC-1203");
    }

    @Test
    void the_position_of_an_idle_stream_moves_on_nevertheless() {
        Listening listening = watcher.listen(watcher.collectionPlan("idle"));
        watcher.insert("idle", 1);
        listening.await(1);

        watcher.insert("busy", 1);
        Position written = watcher.now();

        await().atMost(PATIENCE).until(() -> {
            Position reached = listening.stream().reached(1);
            return reached != null && reached.clusterTime().compareTo(written.clusterTime()) >= 0;
        });
        assertThat(listening.stream().reached(0)).isNull();
        await().atMost(PATIENCE).until(() -> watcher.cursorsOpen() == 1);
    }

    @Test
    void it_goes_on_from_there_after_a_failure() {
        Listening listening = watcher.listen(watcher.collectionPlan("idle"));
        watcher.insert("busy", 1);
        await().atMost(PATIENCE).until(() -> listening.stream().reached(0) != null);

        watcher.fail(1, "getMore", "{closeConnection: true}");
        watcher.awaitEvent(ListenerEvent.StreamReopening.class);
        watcher.insert("idle", 2);

        listening.await(1);
        assertThat(listening.numbers()).containsExactly(2);
    }
}
