package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.problem.ProblemCode;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A call that takes no notice of an interrupt is never joined by a second one of the same change. */
@OnChangeTest
class UninterruptibleCallTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final List<Integer> begun = new CopyOnWriteArrayList<>();
    private final List<Integer> ended = new CopyOnWriteArrayList<>();
    private final List<Integer> seenByOther = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger callsAtATime = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        go.countDown();
    }

    @Test
    void streams_are_exchanged_without_it_and_the_handler_goes_on_when_it_has_ended() {
        ChangeListenersBuilder builder = builder();
        builder.on("items").operation("insert").id("busy").handle(change -> hold(id(change.raw())));

        exchangesStreams(builder);
    }

    @Test
    void so_it_is_in_a_transaction() {
        ChangeListenersBuilder builder = builder();
        builder.on("items").operation("insert").id("busy").handleInTransaction((change, session) -> {
            hold(id(change.raw()));
            return null;
        });

        exchangesStreams(builder);
    }

    @Test
    void an_asynchronous_call_that_is_cancelled_does_not_hold_up_its_handler() {
        ChangeListenersBuilder builder = builder();
        builder.on("items").operation("insert").id("busy").handleAsync(change -> {
            begun.add(id(change.raw()));
            return begun.size() == 1 ? Mono.never() : Mono.empty();
        });
        ChangeListeners listeners = started(builder);
        insert(1);
        await().until(() -> begun.contains(1));

        listeners.pause("another");

        await().until(() -> begun.size() == 2);
        insert(2);
        listening.awaitIdle();
        assertThat(begun).containsExactly(1, 1, 2);
    }

    private void exchangesStreams(ChangeListenersBuilder builder) {
        ChangeListeners listeners = started(builder);
        insert(1);
        insert(2);
        await().until(() -> begun.contains(1));

        listeners.pause("another");
        insert(3);
        await().until(() -> seenByOther.equals(List.of(1, 2, 3)));
        listeners.resume("another");
        await().until(() -> listeners.status().handler("busy").inFlight() == 3);

        assertThat(begun).containsExactly(1);
        assertThat(Objects.requireNonNull(listeners.status().handler("busy").reason()))
                .hasMessageContaining(ProblemCode.CALL_NOT_ENDED.id());
        go.countDown();
        await().until(() -> ended.contains(3));
        listening.awaitIdle();
        assertThat(callsAtATime).hasValue(1);
        assertThat(ended).isSorted().startsWith(1).endsWith(2, 3);
        assertThat(listeners.status().handler("busy").reason()).isNull();
    }

    private ChangeListenersBuilder builder() {
        ChangeListenersBuilder builder = listening.builder().stopTimeout(Duration.ofMillis(200));
        builder.on("items").operation("insert").id("another").handle(change -> {});
        builder.on("items").operation("insert").id("other").handle(change -> seenByOther.add(id(change.raw())));
        return builder;
    }

    private ChangeListeners started(ChangeListenersBuilder builder) {
        return listening.start(builder);
    }

    private void hold(int id) {
        callsAtATime.accumulateAndGet(calls.incrementAndGet(), Math::max);
        begun.add(id);
        boolean held = true;
        while (held) {
            try {
                go.await();
                held = false;
            } catch (InterruptedException ignored) {
                // on purpose
            }
        }
        ended.add(id);
        calls.decrementAndGet();
    }

    private void insert(int id) {
        listening.run(database.getCollection("items").insertOne(new Document("_id", id)));
    }

    private static int id(org.bson.RawBsonDocument event) {
        return event.getDocument("documentKey").getInt32("_id").getValue();
    }
}
