package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.dispatch.ChangesOf;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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

    private final AtomicInteger sent = new AtomicInteger();

    @Test
    void all_changes_come_in_order_on_another_thread() {
        int number = 50_000;
        Flux<byte[]> changes = Flux.range(1, number).map(PrefetchTest::event);

        List<Integer> handedOn = ahead(changes)
                .doOnNext(event -> assertThat(Thread.currentThread().getName()).startsWith("parallel"))
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

        new Prefetch(Flux.just(event(1)), Schedulers.parallel(), new Sent(0, true))
                .doOnNext(event -> by[0] = Thread.currentThread())
                .blockLast(Duration.ofSeconds(30));

        assertThat(by[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void a_limited_number_of_changes_is_read_ahead_of_requests() {
        StepVerifier.create(ahead(endless("")), 0)
                .then(() -> awaitSent(Prefetch.EVENTS))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> awaitSent(Prefetch.EVENTS + 1))
                .thenCancel()
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void of_large_changes_fewer_are_read() {
        StepVerifier.create(ahead(endless("x".repeat(1 << 20))), 0)
                .then(() -> awaitSent(4))
                .thenRequest(2)
                .expectNextCount(2)
                .then(() -> awaitSent(6))
                .thenCancel()
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void an_error_comes_after_all_that_came_before_it() {
        Flux<byte[]> broken = Flux.just(event(1), event(2)).concatWith(Flux.error(new IllegalStateException("x")));

        StepVerifier.create(ahead(broken), 1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(100))
                .thenRequest(1)
                .expectNextCount(1)
                .verifyErrorMessage("x");
    }

    @Test
    void after_a_cancellation_nothing_is_emitted_and_nothing_read() {
        TestPublisher<byte[]> changes = TestPublisher.create();

        StepVerifier.create(ahead(changes.flux()), 1)
                .then(() -> changes.next(event(1)))
                .expectNextCount(1)
                .thenCancel()
                .verify(Duration.ofSeconds(30));

        changes.assertCancelled();
    }

    @Test
    void a_batch_is_asked_for_as_a_whole_and_another_one_only_while_little_waits() {
        int large = 3 * Prefetch.EVENTS;
        List<Long> asked = new CopyOnWriteArrayList<>();

        StepVerifier.create(
                        new Prefetch(
                                endless("").doOnRequest(asked::add), Schedulers.parallel(), new Sent(large, false)),
                        0)
                .then(() -> awaitSent(large))
                .then(() -> assertThat(asked).containsExactly(1L, large - 1L))
                .thenRequest(1)
                .assertNext(batch -> assertThat(batch).hasSize(large))
                .then(() -> awaitSent(large))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> awaitSent(large + Prefetch.EVENTS))
                .thenCancel()
                .verify(Duration.ofSeconds(30));
    }

    static byte[] event(int id) {
        return RawBytes.copy(ITEMS.insert(id, id).document());
    }

    private record Sent(long announced, boolean lastWasSmall) implements Prefetch.Batches {}

    private static Flux<byte[]> ahead(Flux<byte[]> changes) {
        return new Prefetch(changes, Schedulers.parallel(), new Sent(0, false)).flatMapIterable(batch -> batch, 1);
    }

    private Flux<byte[]> endless(String filler) {
        return Flux.generate(sink -> {
            int number = sent.incrementAndGet();
            sink.next(RawBytes.copy(ITEMS.insert(
                            number,
                            new BsonDocument("_id", new BsonInt32(number)).append("filler", new BsonString(filler)))
                    .document()));
        });
    }

    private void awaitSent(int number) {
        await().during(Duration.ofMillis(100)).until(() -> sent.get() == number);
    }
}
