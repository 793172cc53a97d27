package dev.onchange.retry;

import static dev.onchange.plan.Declared.attempts;
import static dev.onchange.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Exhausted;
import dev.onchange.decode.Change;
import dev.onchange.invoke.Invoker;
import dev.onchange.route.ChangesOf;
import dev.onchange.testing.FailPoint;
import dev.onchange.testing.LocalMongo;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class TransactionalHandlersTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    /** Far below the minute and more after which the server ends by itself what a dead process has left open. */
    private static final Duration SOON = Duration.ofSeconds(20);

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
        transactions.prepare(List.of("a")).block();
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
                transactions(next.client).prepare(List.of("a")).block();
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

        DeadLetterOffice dying = new DeadLetterOffice(new UnreachableStore(bench.store, down), bench.chance);
        try (Bench replaying = bench.again()) {
            dying.load(List.of(handler("a").spec())).block();
            replaying.rig.with(
                    handler("a"),
                    new Retrier(handler("a").spec(), transactions.around("a", poison), dying, bench.chance));
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

    /** The server does what it is told, and says that it does not know whether it will last. */
    private static FailPoint commitsEndInDoubt() {
        return LocalMongo.shared()
                .nodes()
                .get(0)
                .failPoint(
                        "failCommand",
                        "alwaysOn",
                        new Document("failCommands", List.of("commitTransaction"))
                                .append("appName", APP)
                                .append("writeConcernError", new Document("code", 64).append("errmsg", "in doubt")));
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
        return new Transactions(client, bench.database, handler -> Schedulers.boundedElastic(), Clock.systemUTC());
    }

    private static void waitInHandler() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private static void run(Publisher<?> command) {
        Flux.from(command).blockLast();
    }
}
