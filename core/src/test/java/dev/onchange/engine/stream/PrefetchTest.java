package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.dispatch.ChangesOf;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class PrefetchTest {

    private static final ChangesOf ITEMS = new ChangesOf("shop", "items");

    /** So many go to another thread. */
    private static final int MANY = 16;

    private final AtomicInteger sent = new AtomicInteger();

    @Test
    void all_changes_come_in_order_on_another_thread() {
        int number = 50_000;
        Flux<EventBatch> changes = Flux.range(0, number / MANY).map(batch -> batch(1 + MANY * batch, MANY, ""));

        List<Integer> handedOn = ahead(changes)
                .doOnNext(batch -> assertThat(Thread.currentThread().getName()).startsWith("parallel"))
                .flatMapIterable(EventBatch::events)
                .map(event -> new RawBsonDocument(event)
                        .getDocument("documentKey")
                        .getInt32("_id")
                        .getValue())
                .collectList()
                .block(Duration.ofSeconds(30));

        assertThat(handedOn).isEqualTo(IntStream.rangeClosed(1, number).boxed().toList());
    }

    @Test
    void few_changes_are_handed_on_by_the_thread_that_brings_them() {
        Thread[] by = new Thread[1];

        ahead(Flux.just(batch(1, 2, "")))
                .doOnNext(batch -> by[0] = Thread.currentThread())
                .blockLast(Duration.ofSeconds(30));

        assertThat(by[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void a_limited_number_of_changes_is_read_ahead_of_requests() {
        int batches = Prefetch.EVENTS / MANY;

        StepVerifier.create(ahead(endless(MANY, "")), 0)
                .then(() -> awaitSent(batches))
                .thenRequest(1)
                .expectNextCount(1)
                // Only the next request says that the subscriber has done with the first batch.
                .then(() -> awaitSent(batches))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> awaitSent(batches + 1))
                .thenCancel()
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void of_large_changes_fewer_are_read() {
        StepVerifier.create(ahead(endless(1, "x".repeat(1 << 20))), 0)
                .then(() -> awaitSent(4))
                .thenRequest(2)
                .expectNextCount(2)
                .then(() -> awaitSent(5))
                .thenCancel()
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void one_batch_is_read_ahead_however_large_it_is() {
        StepVerifier.create(ahead(endless(3 * Prefetch.EVENTS, "")), 0)
                .then(() -> awaitSent(1))
                .thenRequest(2)
                .expectNextCount(2)
                .then(() -> awaitSent(2))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> awaitSent(3))
                .thenCancel()
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void an_error_comes_after_all_that_came_before_it() {
        Flux<EventBatch> broken = Flux.just(batch(1, MANY, ""), batch(1, MANY, ""))
                .concatWith(Flux.error(new IllegalStateException("x")));

        StepVerifier.create(ahead(broken), 1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(100))
                .thenRequest(1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(100))
                .thenRequest(1)
                .verifyErrorMessage("x");
    }

    @Test
    void after_a_cancellation_nothing_is_emitted_and_nothing_read() {
        TestPublisher<EventBatch> changes = TestPublisher.create();

        StepVerifier.create(ahead(changes.flux()), 1)
                .then(() -> changes.next(batch(1, MANY, "")))
                .expectNextCount(1)
                .thenCancel()
                .verify(Duration.ofSeconds(30));

        changes.assertCancelled();
    }

    /** Of inserts whose ids follow each other. */
    static EventBatch batch(int firstId, int size, String filler) {
        EventBatch batch = new EventBatch(size);
        for (int id = firstId; id < firstId + size; id++) {
            batch.add(RawBytes.copy(ITEMS.insert(
                            id, new BsonDocument("_id", new BsonInt32(id)).append("filler", new BsonString(filler)))
                    .document()));
        }
        return batch;
    }

    private static Flux<EventBatch> ahead(Flux<EventBatch> changes) {
        return new Prefetch(changes, Schedulers.parallel());
    }

    private Flux<EventBatch> endless(int size, String filler) {
        EventBatch batch = batch(1, size, filler);
        return Flux.generate(sink -> {
            sent.incrementAndGet();
            sink.next(batch);
        });
    }

    private void awaitSent(int number) {
        await().during(Duration.ofMillis(100)).until(() -> sent.get() == number);
    }
}
