package dev.onchange.engine.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Exhausted;
import dev.onchange.FailureRules;
import dev.onchange.RetryPolicy;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.engine.deadletter.DeadLetterQueue;
import dev.onchange.engine.deadletter.MongoDeadLetterStore;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.retry.Bench;
import dev.onchange.engine.retry.Retrier;
import dev.onchange.engine.retry.RetryableInvoker;
import dev.onchange.engine.timing.Timing;
import dev.onchange.status.HandlerState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** An instance that was frozen, and another one that has taken its handler over meanwhile. */
class FencesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Bench frozen = Bench.empty("fences_test");
    private final Bench next = frozen.again();
    private final Transactions before = transactions(frozen.client);
    private final Transactions after = transactions(next.client);

    @BeforeEach
    void clear() {
        for (String collection : List.of("effects", Transactions.COLLECTION, Transactions.SESSIONS)) {
            Mono.from(frozen.client
                            .getDatabase(frozen.database)
                            .getCollection(collection)
                            .deleteMany(new Document()))
                    .block();
        }
        before.takeOver(List.of(fence(1, 1))).block(PATIENCE);
    }

    @AfterEach
    void close() {
        frozen.close();
        next.close();
    }

    @Test
    void a_transaction_that_begins_after_another_instance_has_taken_over_does_nothing_and_stops_the_handler() {
        with(frozen, handler(), before.around("a", "a", fence(1, 1), effect(frozen.client)), null)
                .start();
        frozen.rig.stream.feed(items.insert(1, 1));
        await().until(() -> frozen.counts("a").handled() == 1);

        after.takeOver(List.of(fence(2, 1))).block(PATIENCE);
        frozen.rig.stream.feed(items.insert(2, 2));

        await().until(() -> frozen.rig.dispatcher.state("a").phase() == HandlerState.Phase.FAILED);
        assertThat(frozen.rig.dispatcher.state("a").reason()).isInstanceOf(FencedException.class);
        assertThat(times(2)).isZero();
        assertThat(frozen.stored()).isEmpty();
    }

    @Test
    void a_change_at_which_an_instance_was_frozen_in_its_handler_takes_effect_once() throws InterruptedException {
        CountDownLatch inHandler = new CountDownLatch(1);
        CountDownLatch wake = new CountDownLatch(1);
        Invoker freezes = (change, attempt, session) -> {
            Flux.from(effect(frozen.client).invoke(change, attempt, session)).blockLast();
            inHandler.countDown();
            wake.await();
            return null;
        };
        with(frozen, handler(), before.around("a", "a", fence(1, 1), freezes), null)
                .start();
        frozen.rig.stream.feed(items.insert(1, 1));
        inHandler.await();

        after.takeOver(List.of(fence(2, 1))).block(PATIENCE);
        with(next, handler(), after.around("a", "a", fence(2, 1), effect(next.client)), null)
                .start();
        next.rig.stream.feed(items.insert(1, 1));
        await().until(() -> next.counts("a").handled() == 1);
        wake.countDown();

        await().until(() -> frozen.rig.dispatcher.state("a").phase() == HandlerState.Phase.FAILED);
        assertThat(times(1)).isEqualTo(1);
        assertThat(frozen.counts("a").handled()).isZero();
    }

    @Test
    void a_transaction_for_a_partition_that_nobody_has_any_more_does_nothing_until_somebody_has_it_again()
            throws InterruptedException {
        CountDownLatch inHandler = new CountDownLatch(1);
        CountDownLatch wake = new CountDownLatch(1);
        Invoker freezes = (change, attempt, session) -> {
            inHandler.countDown();
            wake.await();
            return effect(frozen.client).invoke(change, attempt, session);
        };
        with(frozen, handler(), before.around("a", "a", fence(1, 1), freezes), null)
                .start();
        frozen.rig.stream.feed(items.insert(1, 1));
        inHandler.await();

        after.endFormer(List.of("a")).block(PATIENCE);
        after.endFormer(List.of("a")).block(PATIENCE);
        wake.countDown();

        await().until(() -> frozen.rig.dispatcher.state("a").phase() == HandlerState.Phase.FAILED);
        assertThat(frozen.rig.dispatcher.state("a").reason()).isInstanceOf(FencedException.class);
        assertThat(times(1)).isZero();

        after.takeOver(List.of(fence(2, 1))).block(PATIENCE);
        with(next, handler(), after.around("a", "a", fence(2, 1), effect(next.client)), null)
                .start();
        next.rig.stream.feed(items.insert(1, 1));
        await().until(() -> times(1) == 1);
    }

    @Test
    void a_change_that_was_committed_before_the_take_over_is_not_handled_again() {
        with(frozen, handler(), before.around("a", "a", fence(1, 1), effect(frozen.client)), null)
                .start();
        frozen.rig.stream.feed(items.insert(1, 1));
        await().until(() -> frozen.counts("a").handled() == 1);

        after.takeOver(List.of(fence(2, 1))).block(PATIENCE);
        with(next, handler(), after.around("a", "a", fence(2, 1), effect(next.client)), null)
                .start();
        next.rig.stream.feed(items.insert(1, 1));

        await().until(() -> next.counts("a").repeated() == 1);
        assertThat(times(1)).isEqualTo(1);
    }

    @Test
    void an_instance_that_had_more_lanes_is_fenced_in_all_of_them() {
        before.takeOver(List.of(fence(1, 8))).block(PATIENCE);
        after.takeOver(List.of(fence(2, 1))).block(PATIENCE);

        with(frozen, handler().concurrency(8), before.around("a", "a", fence(1, 8), effect(frozen.client)), null)
                .start();
        for (int id = 1; id <= 8; id++) {
            frozen.rig.stream.feed(items.insert(id, id));
        }

        await().until(() -> frozen.rig.dispatcher.state("a").phase() == HandlerState.Phase.FAILED);
        assertThat(Flux.from(effects().find()).collectList().block(PATIENCE)).isEmpty();
    }

    @Test
    void other_handlers_go_on() {
        after.takeOver(List.of(new Fence("a|0/2", 9, 1), new Fence("ab", 9, 1))).block(PATIENCE);

        with(frozen, handler(), before.around("a", "a", fence(1, 1), effect(frozen.client)), null)
                .start();
        frozen.rig.stream.feed(items.insert(1, 1));

        await().until(() -> frozen.counts("a").handled() == 1);
    }

    @Test
    void many_transactions_at_a_time_each_have_a_lane() {
        before.takeOver(List.of(fence(1, 8))).block(PATIENCE);
        with(frozen, handler().concurrency(8), before.around("a", "a", fence(1, 8), effect(frozen.client)), null)
                .start();

        for (int id = 1; id <= 100; id++) {
            frozen.rig.stream.feed(items.insert(id, id));
        }

        await().atMost(PATIENCE).until(() -> frozen.counts("a").handled() == 100);
        assertThat(frozen.counts("a").retried()).isZero();
        assertThat(Flux.from(effects().find(Filters.eq("times", 1))).count().block(PATIENCE))
                .isEqualTo(100);
    }

    @Test
    void an_instance_that_is_no_owner_any_more_stores_no_dead_letter() {
        with(frozen, failing(), RetryableInvoker.of(poison()), before.fenced(fence(1, 0)))
                .start();
        frozen.rig.stream.feed(items.insert(1, 1));
        await().until(() -> frozen.counts("a").deadLettered() == 1);

        after.takeOver(List.of(fence(2, 0))).block(PATIENCE);
        frozen.rig.stream.feed(items.update(2, 1));
        frozen.rig.stream.feed(items.insert(3, 2));

        await().until(() -> frozen.rig.dispatcher.state("a").phase() == HandlerState.Phase.FAILED);
        assertThat(frozen.rig.dispatcher.state("a").reason()).isInstanceOf(FencedException.class);
        assertThat(next.stored()).hasSize(1);
    }

    /** It may be there anew, as after a rewind in the instance that has taken over. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_instance_that_is_no_owner_any_more_leaves_a_dead_letter_as_it_is_that_it_has_replayed(boolean failsAgain)
            throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch replaying = new CountDownLatch(1);
        CountDownLatch wake = new CountDownLatch(1);
        Invoker freezes = (change, attempt, session) -> {
            boolean first = calls.incrementAndGet() == 1;
            if (!first) {
                replaying.countDown();
                wake.await();
            }
            if (first || failsAgain) {
                throw new IllegalStateException("as planned");
            }
            return null;
        };
        with(frozen, failing(), RetryableInvoker.of(freezes), before.fenced(fence(1, 0)))
                .start();
        frozen.rig.stream.feed(items.insert(1, 1));
        await().until(() -> frozen.counts("a").deadLettered() == 1);
        frozen.letters.replay(DeadLetterFilter.all()).subscribe(done -> {}, stopped -> {});
        replaying.await();

        after.takeOver(List.of(fence(2, 0))).block(PATIENCE);
        wake.countDown();

        await().until(() -> frozen.rig.dispatcher.state("a").phase() == HandlerState.Phase.FAILED);
        assertThat(frozen.rig.dispatcher.state("a").reason()).isInstanceOf(FencedException.class);
        assertThat(next.stored())
                .singleElement()
                .extracting(DeadLetter::attempts)
                .isEqualTo(1);
    }

    @Test
    void a_dead_letter_whose_insert_was_under_way_at_the_take_over_is_not_stored() {
        Sinks.Empty<Void> wake = Sinks.empty();
        CountDownLatch inserted = new CountDownLatch(1);
        MongoCollection<Document> letters =
                frozen.client.getDatabase(frozen.database).getCollection(MongoDeadLetterStore.COLLECTION);
        Mono<Void> writing = before.fenced(fence(1, 0))
                .run(session -> Mono.from(letters.insertOne(session, new Document("_id", "late")))
                        .doOnSuccess(done -> inserted.countDown())
                        .then(wake.asMono()))
                .cache();
        writing.subscribe(done -> {}, failure -> {});
        await().until(() -> inserted.getCount() == 0);

        after.takeOver(List.of(fence(2, 0))).block(PATIENCE);
        wake.tryEmitEmpty();

        assertThat(writing.thenReturn("stored")
                        .onErrorResume(FencedException.class, fenced -> Mono.just("fenced"))
                        .block(PATIENCE))
                .isEqualTo("fenced");
        assertThat(Flux.from(letters.find(Filters.eq("late"))).collectList().block(PATIENCE))
                .isEmpty();
    }

    private static Fence fence(long term, int lanes) {
        return new Fence("a", term, lanes);
    }

    private static Declared handler() {
        return Declared.handler("a").transactional();
    }

    private static Declared failing() {
        return Declared.handler("a")
                .retrying(new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, 0, FailureRules.RETRY_ALL))
                .whenExhausted(Exhausted.DEAD_LETTER);
    }

    private static Bench with(Bench bench, Declared declared, RetryableInvoker invoker, FencedWrites fenced) {
        DeadLetterQueue queue = bench.queue;
        queue.load(List.of(declared.spec())).block(PATIENCE);
        bench.rig.with(
                declared,
                new Retrier(
                        declared.spec(), 1, invoker, queue.exhaustedOf(declared.spec(), fenced), bench.timing, null));
        return bench;
    }

    private static Invoker poison() {
        return (change, attempt, session) -> {
            throw new IllegalStateException("as planned");
        };
    }

    private Invoker effect(MongoClient client) {
        return (change, attempt, session) -> Mono.from(client.getDatabase(frozen.database)
                .getCollection("effects")
                .updateOne(
                        session(session),
                        Filters.eq(id(change)),
                        Updates.inc("times", 1),
                        new UpdateOptions().upsert(true)));
    }

    private static ClientSession session(ClientSession session) {
        assertThat(session).isNotNull();
        return session;
    }

    private static int id(Change change) {
        return change.raw().documentKey().getInt32("_id").getValue();
    }

    private int times(int id) {
        Document effect = Mono.from(effects().find(Filters.eq(id))).block(PATIENCE);
        return effect == null ? 0 : effect.getInteger("times");
    }

    private MongoCollection<Document> effects() {
        return frozen.client.getDatabase(frozen.database).getCollection("effects");
    }

    private Transactions transactions(MongoClient client) {
        Timing timing = Timing.onSharedSchedulers(Clock.systemUTC(), new Random(7));
        return new Transactions(
                client,
                frozen.database,
                new Transactions.Settings(handler -> Schedulers.boundedElastic(), timing, Duration.ofSeconds(15)));
    }
}
