package dev.onchange.engine.dispatch;

import static dev.onchange.engine.dispatch.ChangesOf.time;
import static dev.onchange.engine.dispatch.ChangesOf.token;
import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.onchange.checkpoint.Position;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A stream that takes over from another one while changes come. */
class TakeOverTest {

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<Integer> seen = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> later = new ConcurrentLinkedQueue<>();
    private Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void what_was_routed_before_is_passed_over_and_nothing_is_missed() {
        rig.with(handler("a"), noting(seen)).start();
        rig.stream.feed(items.insert(1, 1), items.insert(2, 2));
        FedStream next = new FedStream();
        next.feed(items.insert(1, 1), items.insert(2, 2), items.insert(3, 3));

        rig.dispatcher.continueWith(next, List.of()).block();
        next.feed(items.insert(4, 4));

        await().until(() -> rig.position("a") == 4);
        assertThat(seen).containsExactly(1, 2, 3, 4);
        assertThat(rig.stream.cancelled()).isTrue();
        assertThat(rig.dispatcher.isFedBy(next)).isTrue();
    }

    @Test
    void a_handler_that_joins_begins_where_the_former_stream_ended() {
        rig.with(handler("a"), noting(seen)).start();
        rig.stream.feed(items.insert(1, 1), items.insert(2, 2));
        FedStream next = new FedStream();
        next.feed(items.insert(2, 2));

        rig.dispatcher.continueWith(next, List.of(joining("b", 1))).block();

        assertThat(rig.position("b")).isEqualTo(2);
        next.feed(items.insert(3, 3));
        await().until(() -> rig.position("b") == 3);
        assertThat(later).containsExactly(3);
    }

    @Test
    void a_handler_that_is_to_begin_later_does_so() {
        rig.with(handler("a"), noting(seen)).start();
        rig.stream.feed(items.insert(1, 1));

        rig.dispatcher.join(List.of(joining("b", 2)));
        rig.stream.feed(items.insert(2, 2), items.insert(3, 3));

        await().until(() -> rig.position("b") == 3);
        assertThat(later).containsExactly(3);
    }

    @Test
    void how_far_the_next_stream_has_come_goes_by_its_own_changes() {
        rig.with(handler("a"), noting(seen)).start();
        rig.stream.feed(items.insert(1, 1), items.insert(2, 2));
        FedStream next = new FedStream() {
            @Override
            public @Nullable Position reached(long received) {
                return received == 2 ? new Position(token(9), time(9), "test") : null;
            }
        };
        next.feed(items.insert(2, 2));

        rig.dispatcher.continueWith(next, List.of()).block();
        await().until(() -> next.requested() == 2);
        assertThat(rig.position("a")).isEqualTo(2);
        next.feed(items.insert(3, 3));

        await().until(() -> rig.position("a") == 9);
    }

    @Test
    void a_stream_that_cannot_be_opened_changes_nothing() {
        rig.with(handler("a"), noting(seen)).start();
        rig.stream.feed(items.insert(1, 1));
        FedStream refused = new FedStream() {
            @Override
            public Mono<Void> opened() {
                return Mono.error(new IllegalStateException("refused"));
            }
        };

        assertThatThrownBy(() -> rig.dispatcher
                        .continueWith(refused, List.of(joining("b", 1)))
                        .block())
                .hasMessage("refused");
        rig.stream.feed(items.insert(2, 2));

        await().until(() -> rig.position("a") == 2);
        assertThat(refused.cancelled()).isTrue();
        assertThat(rig.dispatcher.positions()).containsOnlyKeys("a");
    }

    @Test
    void nothing_takes_over_from_a_stream_that_has_failed_or_was_stopped() {
        rig.with(handler("a"), noting(seen)).start();
        rig.stream.feed(items.insert(1, 1));
        rig.stream.fail(new IllegalStateException("gone"));
        FedStream next = new FedStream();

        assertThatThrownBy(() -> rig.dispatcher.continueWith(next, List.of()).block())
                .hasMessage("gone");

        assertThat(next.cancelled()).isTrue();
    }

    @Test
    void each_change_comes_once_and_in_order_however_often_streams_take_over_from_each_other() {
        int changes = 3_000;
        int exchanges = 60;
        rig.with(handler("a"), noting(seen)).start();
        rig.stream.feed(items.insert(1, 1));
        FedStream present = rig.stream;
        CompletableFuture<Void> feeding = feeding(present, 2, changes);
        for (int i = 0; i < exchanges; i++) {
            int from = rig.dispatcher.reached().clusterTime().getInc();
            FedStream next = new FedStream();
            CompletableFuture<Void> beside = feeding(next, Math.max(1, from - 2), changes);
            rig.dispatcher.continueWith(next, List.of(joining("j" + i, 1))).block();
            feeding = beside;
        }
        feeding.join();

        await().until(() -> rig.position("a") == changes && seen.size() >= changes);
        assertThat(seen)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, changes).boxed().toList());
    }

    private CompletableFuture<Void> feeding(FedStream stream, int from, int to) {
        return CompletableFuture.runAsync(
                () -> IntStream.rangeClosed(from, to).forEach(i -> {
                    if (!stream.cancelled()) {
                        stream.feed(items.insert(i, i));
                        Thread.yield();
                    }
                }),
                work -> new Thread(work).start());
    }

    private HandlerBinding joining(String id, int after) {
        return new HandlerBinding(
                handler(id).planned(), noting(later), new Position(token(after), time(after), "test"));
    }

    private static DeliveryHandler noting(Queue<Integer> numbers) {
        return delivery -> {
            numbers.add(delivery.change().raw().clusterTime().getInc());
            return Outcome.Settled.HANDLED;
        };
    }
}
