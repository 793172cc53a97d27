package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handlers that join a stream while others of it are at work. */
class JoiningTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Ground ground = new Ground();
    private final Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();
    private final List<Integer> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void a_call_that_lasts_is_neither_waited_for_nor_interrupted_nor_repeated() {
        Lasting lasting = new Lasting();
        try (ChangeListeners listeners =
                ground.builder(lasting).listener(events::add).start()) {
            ground.insert("stock", 1);
            await().atMost(LIMIT).until(() -> lasting.calls.contains(1));

            // The server sends these already.
            join(listeners, "inserts", "insert", "");
            assertThat(opened()).isEqualTo(1);
            // For these another cursor takes over.
            join(listeners, "deletions", "delete", "");

            assertThat(opened()).isEqualTo(2);
            assertThat(lasting.calls).containsExactly(1);
            ground.insert("stock", 2);
            ground.delete("stock", 1);
            await().atMost(LIMIT).until(() -> seen.containsAll(List.of(2, 1)));
            lasting.end.countDown();
            await().atMost(LIMIT).until(() -> lasting.calls.contains(2));
            assertThat(lasting.calls).containsExactly(1, 2);
            assertThat(lasting.interrupted).isEmpty();
            assertThat(listeners.status().streams())
                    .extracting(StreamStatus::phase)
                    .containsExactly(StreamStatus.Phase.OPEN);
            assertThat(events).noneMatch(ListenerEvent.StreamClosed.class::isInstance);
        } finally {
            lasting.end.countDown();
        }
    }

    @Test
    void what_is_written_after_a_handler_has_joined_reaches_it() {
        try (ChangeListeners listeners = ground.builder(new Quick()).start()) {
            for (int round = 0; round < 12; round++) {
                String filter = round % 3 == 0 ? "" : "{ 'fullDocument._id': { $gte: " + round + " } }";
                join(listeners, "joined " + round, "insert", filter);
                int id = round;
                ground.insert("stock", id);
                await().atMost(LIMIT).until(() -> seen.contains(id));
                seen.clear();
            }
        }
    }

    @Test
    void one_that_has_joined_goes_on_where_it_was_after_a_restart() {
        try (ChangeListeners listeners = ground.builder(new Quick()).start()) {
            join(listeners, "deletions", "delete", "");
        }
        ground.insert("stock", 7);
        ground.delete("stock", 7);

        try (ChangeListeners listeners = ground.builder(new Quick()).start()) {
            join(listeners, "deletions", "delete", "");

            await().atMost(LIMIT).until(() -> seen.equals(List.of(7)));
        }
    }

    private long opened() {
        return events.stream()
                .filter(ListenerEvent.StreamOpened.class::isInstance)
                .count();
    }

    private void join(ChangeListeners listeners, String id, String operation, String filter) {
        listeners.on("stock").id(id).operation(operation).match(filter).handle(change -> {
            seen.add(change.documentKey().getInt32("_id").getValue());
        });
    }

    static final class Quick {
        @OnChange(id = "quick", collection = "stock", operation = "insert", match = "{ 'fullDocument._id': 0 }")
        void changed(Document document) {}
    }

    static final class Lasting {

        final List<Integer> calls = new CopyOnWriteArrayList<>();
        final List<Integer> interrupted = new CopyOnWriteArrayList<>();
        final CountDownLatch end = new CountDownLatch(1);

        @OnChange(id = "lasting", collection = "stock", operation = "insert")
        void changed(Document document) {
            calls.add(document.getInteger("_id"));
            try {
                end.await();
            } catch (InterruptedException e) {
                interrupted.add(document.getInteger("_id"));
            }
        }
    }
}
