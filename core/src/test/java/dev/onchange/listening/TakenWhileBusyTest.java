package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.status.HandlerHealth;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.HandlerStatus.Phase;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An instance that is given a handler while a call of another one lasts, for whose end the exchange of their stream waits. */
class TakenWhileBusyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Ground ground = new Ground();

    @AfterEach
    void close() {
        ground.close();
    }

    static final class Items {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch goOn;

        Items(int holding) {
            goOn = new CountDownLatch(holding);
        }

        @OnChange(collection = "items", id = "a")
        void a(Document item) throws InterruptedException {
            begun.countDown();
            goOn.await();
        }

        @OnChange(collection = "items", id = "b")
        void b(Document item) throws InterruptedException {
            a(item);
        }
    }

    private ChangeListenersBuilder builder(Items items) {
        return ground.builder(items)
                .stopTimeout(PATIENCE.multipliedBy(2))
                .cluster(Cluster.usual().withLease(Duration.ofSeconds(8)));
    }

    @Test
    void until_it_has_come_the_handler_is_elsewhere_and_nothing_is_called_down() throws InterruptedException {
        Items busy = new Items(1);
        ChangeListeners first = builder(new Items(0)).start();
        try (ChangeListeners second = builder(busy).start()) {
            await().atMost(PATIENCE).until(() -> of(second, Phase.LISTENING).size() == 1);
            String own = of(second, Phase.LISTENING).get(0);
            ground.insert("items", 0);
            busy.begun.await();

            first.close();
            await().atMost(PATIENCE)
                    .until(() -> second.status().streams().stream()
                            .noneMatch(stream -> stream.phase() == StreamStatus.Phase.OPEN));

            assertThat(of(second, Phase.ELSEWHERE)).hasSize(1).doesNotContain(own);
            assertThat(second.status().health()).isNotEqualTo(HandlerHealth.Level.DOWN);
            busy.goOn.countDown();
            await().atMost(PATIENCE).until(() -> of(second, Phase.LISTENING).size() == 2);
        } finally {
            busy.goOn.countDown();
            first.close();
        }
    }

    private static List<String> of(ChangeListeners listeners, Phase phase) {
        return listeners.status().handlers().stream()
                .filter(handler -> handler.phase() == phase)
                .map(HandlerStatus::id)
                .toList();
    }
}
