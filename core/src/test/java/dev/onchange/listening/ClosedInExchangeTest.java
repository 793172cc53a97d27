package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An instance that is closed while it gives handlers to another one. */
class ClosedInExchangeTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String CLOSING = "closing";

    private final Ground ground = new Ground();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void what_the_given_handlers_had_settled_does_not_come_again() {
        Items items = new Items();
        try (ChangeListeners first = builder(CLOSING, items).start()) {
            ground.insert("items", 1);
            await().atMost(LIMIT).until(() -> items.seen.size() == 2);

            try (ChangeListeners second = builder("staying", items).start()) {
                try (FailPoint slow = ground.slowToOpen("items", CLOSING)) {
                    // The stream of the handlers that stay is opened again.
                    await().atMost(LIMIT)
                            .until(() -> first.status().streams().stream()
                                    .noneMatch(stream -> stream.phase() == StreamStatus.Phase.OPEN));
                    first.close();
                }
                ground.insert("items", 2);
                await().atMost(LIMIT).until(() -> items.seen.containsAll(List.of("a 2", "b 2")));
            }
        }

        assertThat(items.seen).containsExactlyInAnyOrder("a 1", "b 1", "a 2", "b 2");
    }

    @Test
    void nor_does_what_they_finish_while_it_closes() throws InterruptedException {
        Items items = new Items();
        CountDownLatch goOn = new CountDownLatch(1);
        items.before = goOn::await;
        try (ChangeListeners first = builder(CLOSING, items).start()) {
            ground.insert("items", 1);
            await().atMost(LIMIT).until(() -> items.begun.get() == 2);

            try (ChangeListeners second = builder("staying", items).start()) {
                // The stream ends for the handler that goes, and waits for the calls.
                await().atMost(LIMIT)
                        .until(() -> first.status().streams().stream()
                                .noneMatch(stream -> stream.phase() == StreamStatus.Phase.OPEN));
                Thread closing = new Thread(first::close);
                closing.start();
                await().atMost(LIMIT).until(() -> isClosed(first));
                items.before = () -> {};
                goOn.countDown();
                closing.join();
                ground.insert("items", 2);
                await().atMost(LIMIT).until(() -> items.seen.containsAll(List.of("a 2", "b 2")));
            }
        }

        assertThat(items.seen).containsExactlyInAnyOrder("a 1", "b 1", "a 2", "b 2");
    }

    private static boolean isClosed(ChangeListeners listeners) {
        try {
            listeners.savePositions();
            return false;
        } catch (IllegalStateException closed) {
            return true;
        }
    }

    /** Saves positions only when it is told to. */
    private ChangeListenersBuilder builder(String name, Items items) {
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .applicationName(name)
                .build();
        return ground.prepared(ChangeListeners.builder(settings), items)
                .cluster(Cluster.usual().withLease(Duration.ofSeconds(3)))
                .checkpointInterval(Duration.ofHours(1));
    }

    static final class Items {

        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final AtomicInteger begun = new AtomicInteger();
        private volatile Work before = () -> {};

        @OnChange(collection = "items", id = "a", operation = "insert")
        void a(Document item) throws InterruptedException {
            handle("a", item);
        }

        @OnChange(collection = "items", id = "b", operation = "insert")
        void b(Document item) throws InterruptedException {
            handle("b", item);
        }

        private void handle(String id, Document item) throws InterruptedException {
            begun.incrementAndGet();
            before.run();
            seen.add(id + " " + item.getInteger("_id"));
        }

        private interface Work {
            void run() throws InterruptedException;
        }
    }
}
