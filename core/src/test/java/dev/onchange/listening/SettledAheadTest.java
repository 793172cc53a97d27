package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Ordering;
import dev.onchange.Retry;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handlers that work on several changes at a time, so that some are settled beyond their position. */
class SettledAheadTest {

    private static final int CHANGES = 40;

    private final Ground ground = new Ground();
    private final Wide wide = new Wide();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void what_is_settled_is_not_given_again_when_streams_are_exchanged() throws InterruptedException {
        try (ChangeListeners listeners = ground.builder(wide).start()) {
            blockAmongMany();
            // The stream is closed while one change is still being handled, and others are queued behind it.
            Thread registering = new Thread(() -> listeners.register(new Other()));
            registering.start();
            await().until(() -> listeners.status().streams().stream()
                    .allMatch(stream -> stream.phase() != StreamStatus.Phase.OPEN));
            wide.gate.countDown();
            registering.join();
            ground.insert("items", CHANGES);

            await().untilAsserted(() -> assertThat(wide.seen).contains(CHANGES));
            await().untilAsserted(() -> assertThat(wide.seen).hasSize(CHANGES + 1));
            assertThat(wide.seen).doesNotHaveDuplicates();
        }
    }

    @Test
    void nor_when_a_handler_rests_and_goes_on() {
        try (ChangeListeners listeners =
                ground.builder(wide).stopTimeout(Duration.ofMillis(200)).start()) {
            blockAmongMany();
            listeners.pause("wide");
            List<Integer> settled = List.copyOf(wide.seen);
            wide.gate.countDown();

            listeners.resume("wide");

            await().untilAsserted(() -> assertThat(Set.copyOf(wide.seen)).hasSize(CHANGES));
            assertThat(wide.seen).startsWith(settled.toArray(Integer[]::new)).hasSize(CHANGES);
        }
    }

    @Test
    void nor_when_a_handler_goes_on_that_has_stopped_by_itself_while_a_call_of_it_lasts() throws InterruptedException {
        Stopping stopping = new Stopping();
        try (ChangeListeners listeners = ground.builder(stopping).start()) {
            ground.insert("items", 0);
            await().until(() -> stopping.blocked);
            ground.insert("items", 1);
            await().until(() -> listeners.status().handler("stopping").phase() == HandlerStatus.Phase.STOPPED);
            stopping.broken = false;

            Thread resuming = new Thread(() -> listeners.resume("stopping"));
            resuming.start();
            await().until(() -> listeners.status().streams().stream()
                    .allMatch(stream -> stream.phase() != StreamStatus.Phase.OPEN));
            stopping.gate.countDown();
            resuming.join();

            await().untilAsserted(() -> assertThat(stopping.seen).contains(0, 1));
            await().untilAsserted(() -> assertThat(
                            listeners.status().handler("stopping").inFlight())
                    .isZero());
            assertThat(stopping.seen).doesNotHaveDuplicates();
        }
    }

    @Test
    void an_orderly_close_leaves_nothing_settled_beyond_the_kept_position() throws InterruptedException {
        ChangeListeners listeners = ground.builder(wide).start();
        blockAmongMany();
        Thread closing = new Thread(listeners::close);
        closing.start();
        await().until(() ->
                listeners.status().streams().stream().allMatch(stream -> stream.phase() == StreamStatus.Phase.CLOSED));
        wide.gate.countDown();
        closing.join();

        try (ChangeListeners again = ground.builder(wide).start()) {
            ground.insert("items", CHANGES);

            await().untilAsserted(() -> assertThat(Set.copyOf(wide.seen)).hasSize(CHANGES + 1));
            await().untilAsserted(() ->
                    assertThat(again.status().handler("wide").inFlight()).isZero());
            assertThat(wide.seen).doesNotHaveDuplicates();
        }
    }

    /** One lane is blocked by its first change, and others have settled theirs. */
    private void blockAmongMany() {
        Ground.run(ground.collection("items")
                .insertMany(IntStream.range(0, CHANGES)
                        .mapToObj(id -> new Document("_id", id))
                        .toList()));
        await().until(() -> wide.blocked && wide.seen.size() > CHANGES / 4);
    }

    static final class Wide {

        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch gate = new CountDownLatch(1);
        volatile boolean blocked;

        @OnChange(id = "wide", collection = "items", operation = "insert", concurrency = 4)
        void arrived(Document item) throws InterruptedException {
            int id = item.getInteger("_id");
            if (id == 0) {
                blocked = true;
                gate.await();
            }
            seen.add(id);
        }
    }

    static final class Stopping {

        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch gate = new CountDownLatch(1);
        volatile boolean blocked;
        volatile boolean broken = true;

        @OnChange(
                id = "stopping",
                collection = "items",
                operation = "insert",
                ordering = Ordering.NONE,
                concurrency = 2,
                retry = @Retry(attempts = 1),
                exhausted = Exhausted.STOP)
        void arrived(Document item) throws InterruptedException {
            int id = item.getInteger("_id");
            if (id == 0) {
                blocked = true;
                gate.await();
            } else if (broken) {
                throw new IllegalStateException("broken");
            }
            seen.add(id);
        }
    }

    static final class Other {

        @OnChange(id = "other", collection = "others", operation = "insert")
        void arrived(Document item) {}
    }
}
