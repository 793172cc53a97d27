package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.Exhausted;
import dev.onchange.FailedChange;
import dev.onchange.OnChange;
import dev.onchange.Recoverer;
import dev.onchange.Retry;
import dev.onchange.RetryPolicy;
import dev.onchange.inject.Instances;
import dev.onchange.status.HandlerStatus;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** An answer of the user's to exhausted attempts. */
@OnChangeTest
class RecovererTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    record Item(int qty) {}

    static final class Alert implements Recoverer {

        private final Queue<FailedChange> told;

        @Inject
        Alert(Queue<FailedChange> told) {
            this.told = told;
        }

        @Override
        public Publisher<Exhausted> recover(FailedChange failed) {
            told.add(failed);
            return Mono.empty();
        }
    }

    static class Failing {

        @OnChange(
                id = "failing",
                collection = "items",
                retry = @Retry(attempts = 2, backoff = "1ms"),
                recoverer = Alert.class)
        void on(ChangeEvent<Item> change) {
            throw new IllegalStateException("no stock");
        }
    }

    @Test
    void an_object_of_the_container_is_told_of_the_change_and_answers_for_it() {
        Queue<FailedChange> told = new ConcurrentLinkedQueue<>();
        ChangeListeners listeners =
                listening.start(listening.builder().types(Failing.class).instances(Instances.ofConstructors(told)));

        insert(7);
        listening.awaitIdle();

        assertThat(told).singleElement().satisfies(failed -> {
            assertThat(failed.handler().id()).isEqualTo("failing");
            assertThat(failed.change().fullDocument()).isEqualTo(new Item(7));
            assertThat(failed.attempt().number()).isEqualTo(2);
            assertThat(failed.failure()).hasMessage("no stock");
        });
        assertThat(counts(listeners, "failing")).containsExactly(0L, 1L);
    }

    @Test
    void the_answer_of_a_recoverer_holds_and_without_one_what_the_handler_declares() {
        ChangeListeners listeners = listening.start(listening
                .builder()
                .recoverer(failed -> Mono.just(Exhausted.SKIP))
                .on("items")
                .id("of all")
                .retry(RetryPolicy.DEFAULT.withAttempts(1))
                .handle(change -> fail())
                .on("items")
                .id("letters")
                .retry(RetryPolicy.DEFAULT.withAttempts(1))
                .exhausted(Exhausted.SKIP)
                .recoverer(failed -> Mono.just(Exhausted.DEAD_LETTER))
                .handle(change -> fail())
                .on("items")
                .id("fails too")
                .retry(RetryPolicy.DEFAULT.withAttempts(1))
                .recoverer(failed -> {
                    throw new IllegalStateException("no alert either");
                })
                .handle(change -> fail())
                .on("items")
                .id("stops")
                .retry(RetryPolicy.DEFAULT.withAttempts(1))
                .recoverer(failed -> Mono.just(Exhausted.STOP))
                .handle(change -> fail()));

        insert(7);

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(counts(listeners, "of all")).containsExactly(0L, 1L);
            assertThat(counts(listeners, "letters")).containsExactly(1L, 0L);
            assertThat(counts(listeners, "fails too")).containsExactly(1L, 0L);
            assertThat(listeners.status().handler("stops").phase()).isEqualTo(HandlerStatus.Phase.STOPPED);
        });
    }

    private static void fail() {
        throw new IllegalStateException("no stock");
    }

    private static List<Long> counts(ChangeListeners listeners, String id) {
        HandlerStatus.Counts counts = listeners.status().handler(id).counts();
        return List.of(counts.deadLettered(), counts.skipped());
    }

    private void insert(int qty) {
        listening.run(database.getCollection("items").insertOne(new Document("qty", qty)));
    }
}
