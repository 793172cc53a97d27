package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.Attempt;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class StopTest {

    private final Ground ground = new Ground();
    private final Items handler = new Items();

    @AfterEach
    void clear() {
        handler.go.countDown();
        ground.close();
    }

    @Test
    void what_is_in_flight_is_finished_its_position_saved_and_the_cursor_closed() {
        ChangeListeners listeners = ground.builder(handler).start();
        handler.stuckAt = 1;
        ground.insert("items", 1);
        await().until(() -> handler.begun.contains(1));

        CompletableFuture<Void> closed = CompletableFuture.runAsync(listeners::close);
        await().until(() -> cursorsOpen() == 0);
        assertThat(closed).isNotDone();
        handler.go.countDown();
        closed.join();

        assertThat(handler.seen).containsExactly(1);
        try (ChangeListeners again = ground.builder(handler).start()) {
            ground.insert("items", 2);
            await().until(() -> handler.seen.contains(2));
            assertThat(handler.seen).containsExactly(1, 2);
            assertThat(again.status().healthy()).isTrue();
        }
    }

    @Test
    void a_handler_that_does_not_end_is_interrupted_after_the_time_out_and_given_the_change_again() {
        handler.stuckAt = 1;
        ChangeListeners listeners =
                ground.builder(handler).stopTimeout(Duration.ofMillis(200)).start();
        ground.insert("items", 1);
        await().until(() -> handler.begun.contains(1));

        listeners.close();

        await().until(() -> handler.interrupted.contains(1));
        assertThat(handler.seen).isEmpty();
        handler.stuckAt = 0;
        try (ChangeListeners again = ground.builder(handler).start()) {
            await().until(() -> handler.seen.contains(1));
            assertThat(again.status().handler("items").counts().deadLettered()).isZero();
        }
    }

    @Test
    void a_wait_for_another_attempt_does_not_hold_up_a_stop() {
        handler.failingAt = 1;
        ChangeListeners listeners =
                ground.builder(handler).stopTimeout(Duration.ofHours(1)).start();
        ground.insert("items", 1);
        await().until(() -> listeners.status().handler("items").counts().retried() == 1);

        assertThat(CompletableFuture.runAsync(listeners::close)).succeedsWithin(Duration.ofSeconds(10));

        handler.failingAt = 0;
        try (ChangeListeners again = ground.builder(handler).start()) {
            await().until(() -> handler.seen.contains(1));
            assertThat(again.status().handler("items").counts().retried()).isZero();
        }
    }

    private long cursorsOpen() {
        Document cursors = new Document("$currentOp", new Document("idleCursors", true).append("allUsers", true));
        Document ours = new Document(
                "$match",
                new Document("cursor.originatingCommand.comment", new Document("$regex", "^onchange "))
                        .append("cursor.originatingCommand.$db", ground.database()));
        return Flux.from(ground.client().getDatabase("admin").aggregate(List.of(cursors, ours)))
                .count()
                .block();
    }

    static final class Items {

        final List<Integer> begun = new CopyOnWriteArrayList<>();
        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final List<Integer> interrupted = new CopyOnWriteArrayList<>();
        final CountDownLatch go = new CountDownLatch(1);
        volatile int stuckAt;
        volatile int failingAt;

        @OnChange(
                id = "items",
                collection = "items",
                operation = "insert",
                retry = @Retry(attempts = 2, backoff = "1h", maxBackoff = "1h", except = InterruptedException.class))
        void arrived(Document item, Attempt attempt) throws InterruptedException {
            int id = item.getInteger("_id");
            begun.add(id);
            if (id == failingAt) {
                throw new IllegalStateException("attempt " + attempt.number());
            }
            if (id == stuckAt) {
                waitFor(id);
            }
            seen.add(id);
        }

        private void waitFor(int id) throws InterruptedException {
            try {
                go.await();
            } catch (InterruptedException e) {
                interrupted.add(id);
                throw e;
            }
        }
    }
}
