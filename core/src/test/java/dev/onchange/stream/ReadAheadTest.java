package dev.onchange.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.route.ChangesOf;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class ReadAheadTest {

    private static final ChangesOf ITEMS = new ChangesOf("shop", "items");

    private final AtomicInteger sent = new AtomicInteger();

    @Test
    void all_changes_come_in_order_on_another_thread() {
        int number = 50_000;
        Flux<RawChange> changes = Flux.range(1, number).map(i -> ITEMS.insert(i, i));

        List<Integer> handedOn = ahead(changes)
                .doOnNext(change -> assertThat(Thread.currentThread().getName()).startsWith("parallel"))
                .map(change -> change.documentKey().getInt32("_id").getValue())
                .collectList()
                .block(Duration.ofSeconds(30));

        assertThat(handedOn).isEqualTo(IntStream.rangeClosed(1, number).boxed().toList());
    }

    @Test
    void few_changes_are_handed_on_by_the_thread_that_brings_them() {
        Thread[] by = new Thread[1];

        new ReadAhead(Flux.just(ITEMS.insert(1, 1)), Schedulers.parallel(), () -> true)
                .doOnNext(change -> by[0] = Thread.currentThread())
                .blockLast(Duration.ofSeconds(30));

        assertThat(by[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void so_many_changes_are_read_that_nobody_has_asked_for_and_no_more() {
        StepVerifier.create(ahead(endless("")), 0)
                .then(() -> awaitSent(ReadAhead.CHANGES))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> awaitSent(ReadAhead.CHANGES + 1))
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
        Flux<RawChange> broken = Flux.just(ITEMS.insert(1, 1), ITEMS.insert(2, 2))
                .concatWith(Flux.error(new IllegalStateException("x")));

        StepVerifier.create(ahead(broken), 1)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(100))
                .thenRequest(1)
                .expectNextCount(1)
                .verifyErrorMessage("x");
    }

    @Test
    void who_cancels_is_given_nothing_more_and_neither_is_read_on() {
        TestPublisher<RawChange> changes = TestPublisher.create();

        StepVerifier.create(ahead(changes.flux()), 1)
                .then(() -> changes.next(ITEMS.insert(1, 1)))
                .expectNextCount(1)
                .thenCancel()
                .verify(Duration.ofSeconds(30));

        changes.assertCancelled();
    }

    private static Flux<RawChange> ahead(Flux<RawChange> changes) {
        return new ReadAhead(changes, Schedulers.parallel(), () -> false);
    }

    private Flux<RawChange> endless(String filler) {
        return Flux.generate(sink -> {
            int number = sent.incrementAndGet();
            sink.next(ITEMS.insert(
                    number, new BsonDocument("_id", new BsonInt32(number)).append("filler", new BsonString(filler))));
        });
    }

    private void awaitSent(int number) {
        await().during(Duration.ofMillis(100)).until(() -> sent.get() == number);
    }
}
