package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Grouping;
import dev.onchange.OnChange;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerHealth;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that takes its time to answer the command that opens a stream, as if it read through a long oplog. */
class SlowOpeningTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Ground ground = new Ground();
    private final LogEntries logged = new LogEntries("dev.onchange.engine.ListenerEngine");

    @AfterEach
    void clear() {
        logged.close();
        ground.close();
    }

    @Test
    void what_the_server_does_meanwhile_is_logged_and_stands_in_the_status() {
        try (ChangeListeners listeners = builder().start()) {
            CompletableFuture<Void> registered = new CompletableFuture<>();
            try (FailPoint slow = ground.slowToOpen("orders", null)) {
                new Thread(() -> {
                            listeners.register(new Orders());
                            registered.complete(null);
                        })
                        .start();

                await().atMost(LIMIT).untilAsserted(() -> {
                    assertThat(listeners.status().streams()).anySatisfy(stream -> {
                        assertThat(stream.phase()).isEqualTo(StreamStatus.Phase.OPENING);
                        assertThat(stream.reason())
                                .hasMessageContaining(ProblemCode.STREAM_OPENS_SLOWLY.id())
                                .hasMessageContaining("reads its oplog from ")
                                .hasMessageContaining("behind the present");
                    });
                    assertThat(listeners.status().handler("orders").health()).satisfies(health -> {
                        assertThat(health.level()).isEqualTo(HandlerHealth.Level.DEGRADED);
                        assertThat(health.reasons()).contains("Its stream is not open yet.");
                    });
                });
                await().atMost(LIMIT)
                        .until(() -> logged.stream()
                                .anyMatch(entry -> entry.getLevel() == Level.WARN
                                        && entry.getFormattedMessage().contains(ProblemCode.STREAM_OPENS_SLOWLY.id())));
            }

            await().atMost(LIMIT).until(registered::isDone);
            assertThat(listeners.status().handler("orders").health()).isEqualTo(HandlerHealth.WELL);
        }
    }

    /** Each collection has a stream of its own, so that the first one stays open. */
    private ChangeListenersBuilder builder() {
        return ground.builder(new Stock()).grouping(Grouping.PER_SCOPE).answerTimeout(Duration.ofSeconds(2));
    }

    static final class Stock {
        @OnChange(id = "stock", collection = "stock")
        void arrived(Document item) {}
    }

    static final class Orders {
        @OnChange(id = "orders", collection = "orders")
        void arrived(Document order) {}
    }
}
