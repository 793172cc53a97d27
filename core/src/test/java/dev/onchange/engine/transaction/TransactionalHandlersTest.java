package dev.onchange.engine.transaction;

import static dev.onchange.engine.plan.Declared.attempts;
import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoException;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Exhausted;
import dev.onchange.HandlerTimeoutException;
import dev.onchange.Ordering;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.Replayed;
import dev.onchange.engine.deadletter.DeadLetterQueue;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.retry.Bench;
import dev.onchange.engine.retry.Retrier;
import dev.onchange.engine.retry.UnreachableStore;
import dev.onchange.engine.retry.Watchdog;
import dev.onchange.engine.timing.Timing;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.localmongo.MongoNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class TransactionalHandlersTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    /** Far below the minute and more after which the server ends by itself what a dead process has left open. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final Duration SHORT = Duration.ofMillis(500);

    private static final String APP = "TransactionalHandlersTest";

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Bench bench = Bench.empty("transactional_handlers_test");
    private final Transactions transactions = transactions(bench.client);
    private final MongoCollection<Document> effects =
            bench.client.getDatabase(bench.database).getCollection("effects");
    private final AtomicInteger calls = new AtomicInteger();

    @BeforeEach
    void clear() {
        for (String collection : List.of("effects", Transactions.COLLECTION, Transactions.SESSIONS)) {
            run(bench.client
                    .getDatabase(bench.database)
                    .getCollection(collection)
                    .deleteMany(new Document()));
        }
        transactions.prepare().block();
        Mono.from(effects.insertOne(new Document("_id", "made"))).block();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_handler_that_takes_too_long_is_interrupted_its_transaction_aborted_and_its_stack_told() {
        Watchdog watchdog = new Watchdog(TIMEOUT, bench.rig.time);
        Invoker hangs = (change, attempt, session) -> {
            Mono.from(effect(change, session)).block();
            if (calls.incrementAndGet() == 1) {
                waitInHandler();
            }
            return null;
        };
        bench.with(handler("a").retrying(attempts(2)), transactions.around("a", hangs), watchdog)
                .start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> calls.get() == 1);
        await().until(() -> {
            bench.rig.time.advanceTimeBy(TIMEOUT.dividedBy(8));
            return bench.counts("a").retried() == 1;
        });

        assertThat(bench.rig.dispatcher.state("a").lastFailure())
                .isInstanceOf(HandlerTimeoutException.class)
                .hasStackTraceContaining("waitInHandler");

        bench.rig.time.advanceTimeBy(Duration.ofSeconds(1));

        await().until(() -> bench.counts("a").handled() == 1);
        assertThat(times(1)).isEqualTo(1);
        watchdog.close();
    }

    @Test
    void what_a_process_that_died_has_left_open_is_ended_by_the_next_that_starts_its_handlers() {
        try (MongoClient ofTheDead = MongoClients.create(LocalMongo.shared().connectionString())) {
            CountDownLatch open = new CountDownLatch(1);
            Invoker neverEnds = (change, attempt, session) -> Mono.from(effect(ofTheDead, change, session))
                    .doOnSuccess(done -> open.countDown())
                    .then(Mono.never());
            bench.with(handler("a"), transactions(ofTheDead).around("a", neverEnds))
                    .start();
            bench.rig.stream.feed(items.insert(1, 1));
            await().until(() -> open.getCount() == 0);

            try (Bench next = bench.again()) {
                transactions(next.client).end(List.of("a")).block();
                next.with(
                                handler("a"),
                                transactions(next.client)
                                        .around(
                                                "a",
                                                (change, attempt, session) -> effect(next.client, change, session)))
                        .start();
                next.rig.stream.feed(items.insert(1, 1));

                await().atMost(SOON).until(() -> next.counts("a").handled() == 1);
                assertThat(times(1)).isEqualTo(1);
                assertThat(documents(Transactions.SESSIONS)).isEqualTo(1);
            }
        }
    }

    @Test
    void to_start_the_same_handlers_elsewhere_leaves_what_the_application_reads_alone() {
        Flux.range(1, 9)
                .concatMap(id -> effects.insertOne(new Document("_id", id)))
                .blockLast();
        bench.with(handler("a"), transactions.around("a", this::counting)).start();
        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").handled() == 1);

        try (MongoClient elsewhere = MongoClients.create(LocalMongo.shared().connectionString())) {
            Mono<Void> starting = transactions(elsewhere).end(List.of("a"));
            List<Document> read = Flux.from(effects.find().batchSize(2))
                    .concatMap(document -> starting.thenReturn(document), 1)
                    .collectList()
                    .block();

            assertThat(read).hasSize(10);
        }
    }

    @Test
    void a_session_is_of_no_use_after_the_call_of_its_handler() {
        AtomicReference<ClientSession> kept = new AtomicReference<>();
        Invoker keeping = (change, attempt, session) -> {
            kept.set(session);
            return effect(change, session);
        };
        bench.with(handler("a"), transactions.around("a", keeping)).start();
        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").handled() == 1);

        assertThatThrownBy(() -> run(effects.insertOne(kept.get(), new Document())))
                .hasMessageContaining("transaction of this change is over");
    }

    @Test
    void sessions_of_a_process_that_ended_well_are_not_remembered() {
        bench.with(handler("a"), transactions.around("a", this::counting)).start();
        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").handled() == 1);
        assertThat(documents(Transactions.SESSIONS)).isPositive();

        transactions.close().block();

        assertThat(documents(Transactions.SESSIONS)).isZero();
    }

    @Test
    void a_change_that_was_settled_before_is_told_as_repeated() {
        bench.with(handler("a"), transactions.around("a", this::counting)).start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(1, 1));

        await().until(() -> bench.counts("a").repeated() == 1);
        assertThat(bench.counts("a").handled()).isEqualTo(1);
        assertThat(times(1)).isEqualTo(1);
    }

    @Test
    void a_replayed_change_takes_effect_once_though_the_process_dies_before_its_letter_is_removed() {
        AtomicBoolean poisoned = new AtomicBoolean(true);
        AtomicBoolean down = new AtomicBoolean();
        Invoker poison = (change, attempt, session) ->
                poisoned.get() ? Mono.error(new IllegalStateException("poison")) : counting(change, attempt, session);
        bench.with(handler("a").whenExhausted(Exhausted.DEAD_LETTER), transactions.around("a", poison))
                .start();
        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").deadLettered() == 1);
        assertThat(times(1)).isZero();
        poisoned.set(false);

        DeadLetterQueue dying = new DeadLetterQueue(new UnreachableStore(bench.store, down), bench.timing);
        try (Bench replaying = bench.again()) {
            dying.load(List.of(handler("a").spec())).block();
            replaying.rig.with(
                    handler("a"),
                    new Retrier(
                            handler("a").spec(),
                            transactions.around("a", poison),
                            dying.exhaustedOf(handler("a").spec()),
                            bench.timing));
            replaying.start();
            down.set(true);
            replaying.letters.replay(DeadLetterFilter.all()).subscribe(done -> {}, failure -> {});
            await().until(() -> times(1) == 1);
        }
        transactions.prune(java.util.Map.of("a", items.insert(9, 9).position())).block();

        try (Bench next = bench.again()) {
            next.with(handler("a"), transactions.around("a", poison)).start();
            Replayed result = next.letters.replay(DeadLetterFilter.all()).block();

            assertThat(result).isEqualTo(new Replayed(1, 0));
            assertThat(times(1)).isEqualTo(1);
            assertThat(next.stored()).isEmpty();
            transactions
                    .prune(java.util.Map.of("a", items.insert(9, 9).position()))
                    .block();
            assertThat(documents(Transactions.COLLECTION)).isZero();
        }
    }

    @Test
    void a_change_whose_commit_was_applied_but_never_answered_so_is_no_dead_letter() {
        try (MongoClient unlucky = MongoClients.create(LocalMongo.shared().connectionString() + "&appName=" + APP);
                FailPoint unanswered = commitsEndInDoubt()) {
            Invoker counting = (change, attempt, session) -> effect(unlucky, change, session);
            bench.with(
                            handler("a").retrying(attempts(1)).whenExhausted(Exhausted.DEAD_LETTER),
                            transactions(unlucky).around("a", counting))
                    .start();

            bench.rig.stream.feed(items.insert(1, 1));

            await().until(() -> bench.counts("a").handled() + bench.counts("a").deadLettered() == 1);
        }
        assertThat(bench.counts("a").handled()).isEqualTo(1);
        assertThat(bench.stored()).isEmpty();
        assertThat(times(1)).isEqualTo(1);
    }

    @Test
    void a_transaction_that_always_ends_in_a_conflict_is_a_failed_attempt_after_a_while_however_it_is_wrapped() {
        AtomicInteger seconds = new AtomicInteger();
        InstantSource time = () -> Instant.EPOCH.plusSeconds(seconds.get());
        Clock hurrying = time.withZone(ZoneOffset.UTC);
        Invoker conflicting = (change, attempt, session) -> {
            calls.incrementAndGet();
            seconds.addAndGet(10);
            return Mono.error(new CompletionException(new IllegalStateException(conflict())));
        };
        bench.with(
                        handler("a").retrying(attempts(2)).whenExhausted(Exhausted.DEAD_LETTER),
                        transactions(bench.client, hurrying).around("a", conflicting))
                .start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").retried() == 1);

        assertThat(calls).hasValue(1 + (int) Conflicts.LIMIT.toSeconds() / 10);
        assertThat(bench.rig.dispatcher.state("a").lastFailure()).hasRootCauseMessage("in conflict");

        bench.rig.time.advanceTimeBy(Duration.ofSeconds(1));
        await().until(() -> bench.counts("a").deadLettered() == 1);
    }

    @Test
    void contention_is_no_failure_however_the_handler_wraps_it() {
        int changes = 30;
        Invoker wrapping = (change, attempt, session) -> Mono.from(
                        effects.updateOne(session, Filters.eq("made"), Updates.inc("times", 1)))
                .then()
                .toFuture()
                .handle((done, failure) -> {
                    if (failure != null) {
                        throw new CompletionException(failure);
                    }
                    return done;
                })
                .thenApply(Mono::justOrEmpty)
                .<Publisher<?>>thenApply(done -> done)
                .join();
        bench.with(
                        handler("a").retrying(attempts(1)).concurrency(8).whenExhausted(Exhausted.DEAD_LETTER),
                        transactions.around("a", wrapping))
                .start();

        for (int id = 1; id <= changes; id++) {
            bench.rig.stream.feed(items.insert(id, id));
        }

        await().atMost(SOON).until(() -> bench.counts("a").handled() == changes);
        assertThat(bench.counts("a").retried()).isZero();
    }

    @Test
    void a_handler_that_swallows_a_duplicate_key_is_told_what_it_did() {
        Invoker swallowing = (change, attempt, session) -> {
            calls.incrementAndGet();
            return Mono.from(effects.insertOne(session, new Document("_id", "made")))
                    .onErrorComplete();
        };
        bench.with(
                        handler("a").retrying(attempts(1)).whenExhausted(Exhausted.DEAD_LETTER),
                        transactions.around("a", swallowing))
                .start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").deadLettered() == 1);

        assertThat(calls).hasValueLessThan(5);
        assertThat(bench.stored())
                .singleElement()
                .satisfies(letter -> assertThat(letter.failure().message())
                        .contains("ONC-1408")
                        .contains("duplicate key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"insert", "commitTransaction", "update"})
    void a_command_of_a_transaction_that_is_not_answered_is_noticed(String command) {
        String ofMarksAndSessions = bench.database + "." + ("update".equals(command) ? "sessions" : "settled");
        Document unanswered = new Document("failCommands", List.of(command))
                .append("appName", APP)
                .append("blockConnection", true)
                .append("blockTimeMS", SOON.multipliedBy(2).toMillis());
        if (!"commitTransaction".equals(command)) {
            unanswered.append("namespace", ofMarksAndSessions);
        }
        try (MongoClient unlucky = MongoClients.create(LocalMongo.shared().connectionString() + "&appName=" + APP);
                FailPoint silence = node().failPoint("failCommand", new Document("times", 1), unanswered)) {
            bench.with(
                            handler("a").retrying(attempts(1)).whenExhausted(Exhausted.DEAD_LETTER),
                            transactions(unlucky, Clock.systemUTC(), SHORT)
                                    .around("a", (change, attempt, session) -> Mono.empty()))
                    .start();

            bench.rig.stream.feed(items.insert(1, 1));

            await().until(() -> bench.counts("a").handled() == 1);
            assertThat(bench.counts("a").retried()).isZero();
            endWhatIsBlocked();
        }
    }

    /** Else the server would wait for it before it takes the fail point away. */
    private static void endWhatIsBlocked() {
        Document ours = new Document("aggregate", 1)
                .append("cursor", new Document())
                .append(
                        "pipeline",
                        List.of(
                                new Document("$currentOp", new Document()),
                                new Document("$match", new Document("appName", APP))));
        node().admin(ours)
                .get("cursor", Document.class)
                .getList("firstBatch", Document.class)
                .forEach(found -> node().admin(new Document("killOp", 1).append("op", found.get("opid"))));
    }

    private static MongoException conflict() {
        MongoException conflict = new MongoException("in conflict");
        conflict.addLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL);
        return conflict;
    }

    @ParameterizedTest
    @EnumSource(Ordering.class)
    void a_change_that_comes_again_before_or_after_its_replay_takes_effect_once(Ordering ordering) {
        AtomicBoolean poisoned = new AtomicBoolean(true);
        Invoker poison = (change, attempt, session) ->
                poisoned.get() ? Mono.error(new IllegalStateException("poison")) : counting(change, attempt, session);
        Declared handler = handler("a")
                .transactional()
                .ordered(ordering)
                .retrying(attempts(1))
                .whenExhausted(Exhausted.DEAD_LETTER);
        bench.with(handler, transactions.around("a", poison)).start();
        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").deadLettered() == 1);
        poisoned.set(false);

        try (Bench next = bench.again()) {
            next.with(handler, transactions.around("a", poison)).start();
            next.rig.stream.feed(items.insert(1, 1));
            await().until(() ->
                    next.counts("a").deadLettered() + next.counts("a").parked() == 1);

            assertThat(times(1)).isZero();
            assertThat(next.letters.replay(DeadLetterFilter.all()).block()).isEqualTo(new Replayed(1, 0));
            assertThat(next.stored()).isEmpty();
        }
        try (Bench last = bench.again()) {
            last.with(handler, transactions.around("a", poison)).start();
            last.rig.stream.feed(items.insert(1, 1));
            await().until(() -> last.counts("a").repeated() == 1);
        }
        assertThat(times(1)).isEqualTo(1);
    }

    /** The server does what it is told, and says that it does not know whether it will last. */
    private static FailPoint commitsEndInDoubt() {
        return node().failPoint(
                        "failCommand",
                        "alwaysOn",
                        new Document("failCommands", List.of("commitTransaction"))
                                .append("appName", APP)
                                .append("writeConcernError", new Document("code", 64).append("errmsg", "in doubt")));
    }

    private static MongoNode node() {
        return LocalMongo.shared().nodes().get(0);
    }

    private Publisher<?> counting(Change change, dev.onchange.Attempt attempt, ClientSession session) {
        return effect(change, session);
    }

    private Publisher<?> effect(Change change, ClientSession session) {
        return effect(bench.client, change, session);
    }

    private Publisher<?> effect(MongoClient client, Change change, ClientSession session) {
        int id = change.raw().documentKey().getInt32("_id").getValue();
        MongoCollection<Document> written = client.getDatabase(bench.database).getCollection("effects");
        return written.updateOne(session, Filters.eq(id), Updates.inc("times", 1), new UpdateOptions().upsert(true));
    }

    private int times(int id) {
        Document effect = Mono.from(effects.find(Filters.eq(id)).first()).block();
        return effect == null ? 0 : effect.getInteger("times");
    }

    private long documents(String collection) {
        return Mono.from(bench.client
                        .getDatabase(bench.database)
                        .getCollection(collection)
                        .countDocuments())
                .block();
    }

    private Transactions transactions(MongoClient client) {
        return transactions(client, Clock.systemUTC());
    }

    private Transactions transactions(MongoClient client, Clock clock) {
        return transactions(client, clock, TIMEOUT);
    }

    private Transactions transactions(MongoClient client, Clock clock, Duration answerTimeout) {
        Timing timing = Timing.onSharedSchedulers(clock, new Random(7));
        return new Transactions(
                client,
                bench.database,
                new Transactions.Settings(handler -> Schedulers.boundedElastic(), timing, answerTimeout));
    }

    private static void waitInHandler() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private static void run(Publisher<?> command) {
        Flux.from(command).blockLast();
    }
}
