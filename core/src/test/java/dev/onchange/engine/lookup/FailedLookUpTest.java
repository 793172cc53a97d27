package dev.onchange.engine.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;

/** When documents cannot be read, changes that were not emitted come again, so no change after them may be emitted. */
class FailedLookUpTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NAME = "failed-look-up";
    private static final ChangesOf ITEMS = new ChangesOf("failed_look_up", "items");

    private static final int ROUNDS = 60;
    private static final int CHANGES = 200;
    private static final int AHEAD = 10;

    private static MongoClient client;

    private int failed;

    @BeforeAll
    static void connect() {
        client = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(LocalMongo.shared().connectionString()))
                .applicationName(NAME)
                .retryReads(false)
                .build());
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @Test
    void changes_that_were_in_transit_when_a_look_up_failed_are_not_handed_on() {
        TestPublisher<RawChange> stream = stream();
        Taking taking = new Taking(1, false);
        try (FailPoint broken = failing("alwaysOn")) {
            lookingUp(stream).subscribe(taking);
            stream.next(plain(1), plain(2), toBeLookedUp(3));
            await().atMost(PATIENCE).until(stream::wasCancelled);
        }
        stream.next(plain(4));

        taking.request(10);

        await().atMost(PATIENCE).until(() -> taking.error != null);
        assertThat(taking.taken).containsExactly(1, 2);
    }

    @Test
    void whenever_a_look_up_fails_what_was_handed_on_before_has_no_gap() throws InterruptedException {
        try (FailPoint broken = failing(new Document("activationProbability", 0.1))) {
            for (int round = 0; round < ROUNDS; round++) {
                TestPublisher<RawChange> stream = stream();
                Taking taking = new Taking(1, true);
                lookingUp(stream).subscribe(taking);

                Thread bringing = new Thread(() -> bringAll(stream, taking));
                bringing.start();
                bringing.join();
                stream.complete();
                await().pollInterval(Duration.ofMillis(1)).atMost(PATIENCE).until(() -> taking.over);

                assertThat(taking.taken)
                        .isEqualTo(IntStream.rangeClosed(1, taking.taken.size())
                                .boxed()
                                .toList());
                failed += taking.error == null ? 0 : 1;
            }
        }
        assertThat(failed).isPositive();
    }

    /** Little ahead of what is taken, so that something is on its way when a look-up fails. */
    private static void bringAll(TestPublisher<RawChange> stream, Taking taking) {
        for (int i = 1; i <= CHANGES; i++) {
            while (!stream.wasCancelled() && taking.taken.size() < i - AHEAD) {
                Thread.onSpinWait();
            }
            stream.next(i % 3 == 0 ? toBeLookedUp(i) : plain(i));
        }
    }

    /** Reactive Streams lets a publisher that was cancelled go on for a while; this one goes on to its end. */
    private static TestPublisher<RawChange> stream() {
        return TestPublisher.createNoncompliant(
                TestPublisher.Violation.REQUEST_OVERFLOW, TestPublisher.Violation.CLEANUP_ON_TERMINATE);
    }

    private static FailPoint failing(Object mode) {
        return LocalMongo.shared()
                .failPoint(
                        "failCommand",
                        mode,
                        Document.parse("{failCommands: ['find'], errorCode: 2, appName: '" + NAME + "'}"));
    }

    private static Flux<RawChange> lookingUp(TestPublisher<RawChange> changes) {
        return new LookUps(client, LookUpLimits.DEFAULT)
                .of(plan())
                .enrich(changes.flux().map(List::of))
                .flatMapIterable(batch -> batch, 1);
    }

    private static StreamPlan plan() {
        Declared handler =
                Declared.collection("sees", "failed_look_up", "items").with(FullDocument.UPDATE_LOOKUP);
        HandlerSpec spec = handler.spec();
        return new StreamPlan(
                "items",
                spec.watched(),
                Declared.handler("plain").spec().documents(),
                List.of(),
                "test",
                List.of(handler.planned()),
                "");
    }

    private static RawChange plain(int number) {
        return ITEMS.insert(number, number);
    }

    private static RawChange toBeLookedUp(int number) {
        return ITEMS.update(number, number);
    }

    /** Takes so many at first; then one after the other, each asked for by another thread, or no more. */
    private static final class Taking extends BaseSubscriber<RawChange> {

        private final long first;
        private final boolean more;
        private final List<Integer> taken = new CopyOnWriteArrayList<>();
        private volatile Throwable error;
        private volatile boolean over;

        Taking(long first, boolean more) {
            this.first = first;
            this.more = more;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(first);
        }

        @Override
        protected void hookOnNext(RawChange change) {
            taken.add(change.documentKey().getInt32("_id").getValue());
            if (more) {
                Schedulers.parallel().schedule(() -> request(1));
            }
        }

        @Override
        protected void hookOnError(Throwable failure) {
            error = failure;
        }

        @Override
        protected void hookFinally(SignalType how) {
            over = true;
        }
    }
}
