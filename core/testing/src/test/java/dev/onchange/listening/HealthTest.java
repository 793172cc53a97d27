package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.HealthLimits;
import dev.onchange.RetryPolicy;
import dev.onchange.status.HandlerHealth;
import dev.onchange.status.HandlerHealth.Level;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Limits say from when on a handler is degraded or down. */
@OnChangeTest
class HealthTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Test
    void letters_beyond_a_limit_degrade_a_handler_and_then_it_is_down() {
        ChangeListeners listeners = listening.start(listening
                .builder()
                .health("failing", HealthLimits.NONE.withLetters(1L, 3L))
                .on("items")
                .id("failing")
                .retry(RetryPolicy.DEFAULT.withAttempts(1))
                .handle(change -> {
                    throw new IllegalStateException("always");
                })
                .on("items")
                .id("well")
                .handle(change -> {}));
        assertThat(listeners.status().health()).isEqualTo(Level.UP);

        listening.run(database.getCollection("items").insertOne(new Document("_id", 1)));

        await().atMost(PATIENCE).until(() -> listeners.status().health() == Level.DEGRADED);
        assertThat(listeners.status().healthy()).isTrue();
        assertThat(listeners.status().handler("failing").health().reasons())
                .containsExactly("Number of dead letters is 1; the limit is 1.");
        assertThat(listeners.status().handler("well").health()).isEqualTo(HandlerHealth.WELL);

        listening.run(database.getCollection("items").insertOne(new Document("_id", 2)));
        listening.run(database.getCollection("items").insertOne(new Document("_id", 3)));

        await().atMost(PATIENCE).until(() -> listeners.status().health() == Level.DOWN);
        assertThat(listeners.status().healthy()).isFalse();
    }

    @Test
    void a_change_that_takes_long_and_a_lag_degrade_a_handler() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        ChangeListeners listeners = listening.start(listening
                .builder()
                .health(HealthLimits.NONE
                        .withOldestUnsettled(Duration.ofMillis(1), null)
                        .withLag(Duration.ofSeconds(2), null))
                .on("items")
                .id("waits")
                .handle(change -> {
                    entered.countDown();
                    leave.await();
                }));

        listening.run(database.getCollection("items").insertOne(new Document("_id", 1)));
        entered.await();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                listeners.status().handler("waits").health().reasons())
                        .anyMatch(reason -> reason.startsWith("Age of the oldest unsettled change is"))
                        .anyMatch(reason -> reason.startsWith("Lag is")));
        leave.countDown();
        await().atMost(PATIENCE).until(() -> listeners.status().health() == Level.UP);
    }

    @Test
    void limits_that_would_never_be_reached_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthLimits.NONE.withLag(Duration.ofMinutes(2), Duration.ofMinutes(1)))
                .withMessageContaining("lag");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HealthLimits.NONE.withOplogLeft(Duration.ofMinutes(1), Duration.ofMinutes(2)))
                .withMessageContaining("oplogLeft");
    }
}
