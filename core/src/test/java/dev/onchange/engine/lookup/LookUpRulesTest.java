package dev.onchange.engine.lookup;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.Verification;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** The operator that completes changes by their documents, by Reactive Streams' rules. */
class LookUpRulesTest {

    private static final ChangesOf ITEMS = new ChangesOf("look_up_rules", "items");
    private static final long TIMEOUT = 5_000;
    private static final long SILENCE = 50;

    private static MongoClient client;

    @BeforeAll
    static void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @TestFactory
    Stream<DynamicTest> it_keeps_the_rules_of_publishers() {
        return Verification.ofPublisher(AsPublisher::new);
    }

    @TestFactory
    Stream<DynamicTest> it_keeps_the_rules_of_subscribers() {
        return Verification.ofSubscriber(AsSubscriber::new);
    }

    /** Every third one is looked up. */
    private static RawChange change(int number) {
        return number % 3 == 2 ? ITEMS.update(number, number) : ITEMS.insert(number, number);
    }

    private static StreamPlan plan() {
        Declared handler = Declared.collection("sees", "look_up_rules", "items").with(FullDocument.UPDATE_LOOKUP);
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

    private static Flux<RawChange> completed(Flux<RawChange> changes) {
        return new LookUps(client, LookUpLimits.DEFAULT)
                .of(plan())
                .enrich(changes.map(List::of))
                .flatMapIterable(batch -> batch, 1);
    }

    private static final class AsPublisher extends PublisherVerification<RawChange> {

        AsPublisher() {
            super(new TestEnvironment(TIMEOUT, SILENCE));
        }

        @Override
        public Publisher<RawChange> createPublisher(long elements) {
            return completed(
                    Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE)).map(LookUpRulesTest::change));
        }

        @Override
        public Publisher<RawChange> createFailedPublisher() {
            return completed(Flux.error(new IllegalStateException("broken")));
        }
    }

    private static final class AsSubscriber extends SubscriberBlackboxVerification<List<RawChange>> {

        AsSubscriber() {
            super(new TestEnvironment(TIMEOUT, SILENCE));
        }

        @Override
        public Subscriber<List<RawChange>> createSubscriber() {
            return new LookUpSubscriber(
                    new Ignoring(),
                    new LookUpFilters(plan()),
                    new DocumentFinder(client, Duration.ofSeconds(30)),
                    LookUpLimits.DEFAULT);
        }

        @Override
        public List<RawChange> createElement(int element) {
            return List.of(change(element));
        }
    }

    private static final class Ignoring extends BaseSubscriber<List<RawChange>> {

        @Override
        protected void hookOnError(Throwable error) {}
    }
}
