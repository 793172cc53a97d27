package dev.onchange.retry;

import static dev.onchange.route.Declared.attempts;
import static dev.onchange.route.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.Attempt;
import dev.onchange.Exhausted;
import dev.onchange.OnChangeException;
import dev.onchange.invoke.Invoker;
import dev.onchange.retry.HandlerState.Phase;
import dev.onchange.route.ChangesOf;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class RetrierTest {

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<Attempt> attempted = new ConcurrentLinkedQueue<>();
    private final Bench bench = Bench.empty("retrier_test");

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void after_each_failed_attempt_the_wait_grows() {
        bench.with(handler("a").retrying(attempts(3)), failing("no")).start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").retried() == 1);
        bench.rig.time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(attempted).hasSize(1);
        bench.rig.time.advanceTimeBy(Duration.ofMillis(1));
        await().until(() -> bench.counts("a").retried() == 2);
        bench.rig.time.advanceTimeBy(Duration.ofMillis(1_999));
        assertThat(attempted).hasSize(2);
        bench.rig.time.advanceTimeBy(Duration.ofMillis(1));

        await().until(() -> bench.rig.dispatcher.state("a").phase() == Phase.FAILED);
        assertThat(attempted).extracting(Attempt::number).containsExactly(1, 2, 3);
        assertThat(attempted).extracting(Attempt::isLast).containsExactly(false, false, true);
        assertThat(List.copyOf(attempted).get(0).lastFailure()).isNull();
        assertThat(List.copyOf(attempted).get(2).lastFailure()).hasMessage("no");
    }

    @Test
    void an_error_takes_the_same_way_as_an_exception() {
        Invoker broken = (change, attempt, session) -> {
            throw new NoClassDefFoundError("gone");
        };
        bench.with(handler("a").whenExhausted(Exhausted.SKIP), broken).start();

        bench.rig.stream.feed(items.insert(1, 1));

        await().until(() -> bench.counts("a").skipped() == 1);
        assertThat(bench.rig.dispatcher.state("a").lastFailure()).isInstanceOf(NoClassDefFoundError.class);
        assertThat(bench.rig.position("a")).isEqualTo(1);
    }

    @Test
    void a_publisher_that_fails_takes_the_same_way_as_an_exception() {
        Invoker broken = (change, attempt, session) -> {
            attempted.add(attempt);
            return attempt.number() == 1 ? Mono.error(new IllegalStateException("no")) : Flux.just(1, 2);
        };
        bench.with(handler("a").retrying(attempts(2)), broken).start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").retried() == 1);
        bench.rig.time.advanceTimeBy(Duration.ofSeconds(1));

        await().until(() -> bench.counts("a").handled() == 1);
        assertThat(attempted).hasSize(2);
    }

    @Test
    void a_publisher_that_throws_something_fatal_when_subscribed_to_takes_the_same_way() {
        Invoker broken = (change, attempt, session) -> Mono.defer(() -> {
            throw new StackOverflowError();
        });
        bench.with(handler("a").whenExhausted(Exhausted.SKIP), broken).start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 2));

        await().until(() -> bench.counts("a").skipped() == 2);
    }

    @Test
    void a_handler_that_is_to_stop_says_why_and_where() {
        bench.with(handler("a").whenExhausted(Exhausted.STOP), failing("no")).start();

        bench.rig.stream.feed(items.insert(1, 1));

        await().until(() -> bench.rig.dispatcher.state("a").phase() == Phase.FAILED);
        assertThat(bench.rig.dispatcher.state("a").reason())
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1401")
                .hasMessageContaining("no")
                .hasRootCauseMessage("no");
    }

    @Test
    void an_exception_that_is_excepted_from_retries_is_not_retried() {
        RetryPolicy policy = new RetryPolicy(
                5,
                Duration.ofSeconds(1),
                1,
                Duration.ofSeconds(1),
                0,
                List.of(Throwable.class),
                List.of(IllegalStateException.class));
        bench.with(handler("a").retrying(policy).whenExhausted(Exhausted.SKIP), failing("no"))
                .start();

        bench.rig.stream.feed(items.insert(1, 1));

        await().until(() -> bench.counts("a").skipped() == 1);
        assertThat(attempted).hasSize(1);
    }

    private Invoker failing(String message) {
        return (change, attempt, session) -> {
            attempted.add(attempt);
            throw new IllegalStateException(message);
        };
    }
}
