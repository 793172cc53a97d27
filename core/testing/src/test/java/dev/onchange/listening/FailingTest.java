package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.Attempt;
import dev.onchange.ChangeListeners;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.RetryPolicy;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.engine.deadletter.InMemoryDeadLetterStore;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.HandlerStatus.Counts;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

@OnChangeTest
class FailingTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Test
    void a_handler_that_throws_is_called_again_until_it_does_not() {
        Recovers handler = new Recovers();
        listening.start(handler);

        insert("stock", 1);
        listening.awaitIdle();

        assertThat(counts("recovers")).isEqualTo(new Counts(1, 2, 0, 0, 0));
        assertThat(handler.attempts).containsExactly(1, 2, 3);
    }

    @Test
    void after_the_last_attempt_a_change_becomes_a_dead_letter_and_the_others_go_on() {
        Fails handler = new Fails();
        ChangeListeners listeners = listening.start(handler);

        insert("letters", 1);
        insert("letters", 2);
        listening.awaitIdle();

        assertThat(counts("letters")).isEqualTo(new Counts(1, 1, 1, 0, 0));
        List<DeadLetter> letters = listeners
                .deadLetters()
                .list(DeadLetterFilter.all())
                .collectList()
                .block();
        assertThat(letters).singleElement().satisfies(letter -> {
            assertThat(letter.handlerId()).isEqualTo("letters");
            assertThat(letter.attempts()).isEqualTo(2);
            assertThat(letter.event().getDocument("documentKey").getInt32("_id").getValue())
                    .isEqualTo(1);
            assertThat(String.valueOf(letter.failure())).contains("1 is broken");
        });
        assertThat(handler.seen).containsExactly("letters 2");
    }

    @Test
    void dead_letters_are_kept_in_a_store_of_ones_own() {
        InMemoryDeadLetterStore store = new InMemoryDeadLetterStore();
        ChangeListeners listeners =
                listening.start(listening.builder().deadLetters(store).handlers(new Fails()));

        insert("letters", 1);
        listening.awaitIdle();

        assertThat(store.count(DeadLetterFilter.ofHandler("letters")).block()).isEqualTo(1);
        assertThat(listeners.deadLetters().discard(DeadLetterFilter.all()).block())
                .isEqualTo(1);
        assertThat(store.count(DeadLetterFilter.all()).block()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Failing.class)
    void however_work_fails_that_goes_on_without_a_thread_it_is_tried_again_and_then_given_up(Failing failing) {
        listening.start(listening
                .builder()
                .on("errors")
                .retry(RetryPolicy.DEFAULT.withAttempts(2).withBackoff(Duration.ofMillis(1), Duration.ofMillis(1)))
                .exhausted(Exhausted.SKIP)
                .handleAsync(change -> failing.work.apply(database)));

        insert("errors", 1);
        listening.awaitIdle();

        assertThat(counts("on(" + database.getName() + ".errors)")).isEqualTo(new Counts(0, 1, 0, 0, 1));
    }

    enum Failing {
        FUTURE_WITHOUT_A_CAUSE(database -> CompletableFuture.failedFuture(new CompletionException("no", null))),
        STAGE_WITH_AN_ERROR(database -> CompletableFuture.runAsync(Failing::fail)),
        OPERATOR_ON_A_SCHEDULER(
                database -> Mono.delay(Duration.ofMillis(1)).flatMap(tick -> Mono.fromRunnable(Failing::fail))),
        SOURCE_ON_A_SCHEDULER(database -> Mono.fromRunnable(Failing::fail).subscribeOn(Schedulers.boundedElastic())),
        VALUE_FROM_THE_DRIVER(
                database -> Mono.from(database.getCollection("elsewhere").insertOne(new Document()))
                        .doOnNext(done -> fail()));

        private final Function<MongoDatabase, Object> work;

        Failing(Function<MongoDatabase, Object> work) {
            this.work = work;
        }

        private static void fail() {
            throw new NoClassDefFoundError("gone");
        }
    }

    @Test
    void after_the_last_attempt_a_change_is_skipped_and_counted() {
        Fails handler = new Fails();
        listening.start(handler);

        insert("skips", 1);
        insert("skips", 2);
        listening.awaitIdle();

        assertThat(counts("skips")).isEqualTo(new Counts(1, 1, 0, 0, 1));
        assertThat(handler.seen).containsExactly("skips 2");
    }

    @Test
    void after_the_last_attempt_a_handler_stops_with_the_reason_while_others_go_on_until_it_is_resumed() {
        Fails handler = new Fails();
        ChangeListeners listeners = listening.start(handler);
        insert("stops", 1);
        listening.awaitIdle();
        insert("stops", 2);
        insert("skips", 2);
        listening.awaitIdle();

        assertThat(listeners.status().handler("stops").phase()).isEqualTo(HandlerStatus.Phase.STOPPED);
        assertThat(listeners.status().handler("stops").reason()).hasStackTraceContaining("1 is broken");
        assertThat(listeners.status().healthy()).isFalse();
        assertThat(handler.seen).containsExactly("skips 2");

        handler.repaired = true;
        listeners.resume("stops");
        listening.awaitIdle();

        assertThat(handler.seen).containsExactly("skips 2", "stops 1", "stops 2");
        assertThat(listeners.status().healthy()).isTrue();
    }

    @Test
    void a_change_at_which_a_handler_stopped_is_delivered_again_after_a_restart() {
        ChangeListeners before = listening.start(new Fails());
        insert("stops", 1);
        listening.awaitIdle();
        assertThat(before.status().handler("stops").phase()).isEqualTo(HandlerStatus.Phase.STOPPED);
        Fails repaired = new Fails();
        repaired.repaired = true;

        listening.start(repaired);
        listening.awaitIdle();

        assertThat(repaired.seen).containsExactly("stops 1");
    }

    private void insert(String collection, int id) {
        listening.run(database.getCollection(collection).insertOne(new Document("_id", id)));
    }

    private Counts counts(String id) {
        return listening.listeners().status().handler(id).counts();
    }

    static final class Recovers {

        final List<Integer> attempts = new CopyOnWriteArrayList<>();

        @OnChange(id = "recovers", collection = "stock", retry = @Retry(attempts = 3, backoff = "1ms"))
        void changed(Document item, Attempt attempt) {
            attempts.add(attempt.number());
            if (attempt.number() < 3) {
                throw new IllegalStateException("not yet");
            }
        }
    }

    /** Fails at the document 1. */
    static final class Fails {

        final List<String> seen = new CopyOnWriteArrayList<>();
        volatile boolean repaired;

        @OnChange(id = "letters", collection = "letters", retry = @Retry(attempts = 2, backoff = "1ms"))
        void letters(Document item) {
            handle("letters", item);
        }

        @OnChange(
                id = "skips",
                collection = "skips",
                retry = @Retry(attempts = 2, backoff = "1ms"),
                exhausted = Exhausted.SKIP)
        void skips(Document item) {
            handle("skips", item);
        }

        @OnChange(
                id = "stops",
                collection = "stops",
                retry = @Retry(attempts = 2, backoff = "1ms"),
                exhausted = Exhausted.STOP)
        void stops(Document item) {
            handle("stops", item);
        }

        private void handle(String handler, Document item) {
            int id = item.getInteger("_id");
            if (id == 1 && !repaired) {
                throw new IllegalStateException(id + " is broken");
            }
            seen.add(handler + " " + id);
        }
    }
}
