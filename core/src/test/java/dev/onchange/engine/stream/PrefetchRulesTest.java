package dev.onchange.engine.stream;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The operator between the driver's thread and the one that leads changes to handlers, by Reactive Streams' rules. */
class PrefetchRulesTest {

    private static final long TIMEOUT = 1_000;
    private static final long SILENCE = 50;

    private record Batches(long announced, boolean lastWasSmall) implements Prefetch.Batches {}

    /** Events that are handed over by another thread, one by one. */
    private static final Batches ONE_BY_ONE = new Batches(0, false);

    /** Events that are announced all at once, and handed over as one batch. */
    private static final Batches ANNOUNCED = new Batches(20, false);

    /** Events that stay on their thread. */
    private static final Batches FEW = new Batches(0, true);

    @TestFactory
    Stream<DynamicTest> it_keeps_them_without_another_thread() {
        return Verification.ofPublisher(() -> new AsPublisher(FEW));
    }

    @TestFactory
    Stream<DynamicTest> it_keeps_the_rules_of_publishers() {
        return Verification.ofPublisher(() -> new AsPublisher(ANNOUNCED));
    }

    @TestFactory
    Stream<DynamicTest> it_keeps_the_rules_of_subscribers() {
        return Verification.ofSubscriber(AsSubscriber::new);
    }

    private static final class AsPublisher extends PublisherVerification<byte[]> {

        private final Batches batches;

        AsPublisher(Batches batches) {
            super(new TestEnvironment(TIMEOUT, SILENCE));
            this.batches = batches;
        }

        @Override
        public Publisher<byte[]> createPublisher(long elements) {
            Flux<byte[]> events =
                    Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE)).map(PrefetchTest::event);
            return oneByOne(events);
        }

        @Override
        public Publisher<byte[]> createFailedPublisher() {
            return oneByOne(Flux.error(new IllegalStateException("broken")));
        }

        private Publisher<byte[]> oneByOne(Flux<byte[]> events) {
            return new Prefetch(events, Schedulers.parallel(), batches).flatMapIterable(batch -> batch, 1);
        }
    }

    private static final class AsSubscriber extends SubscriberBlackboxVerification<byte[]> {

        AsSubscriber() {
            super(new TestEnvironment(TIMEOUT, SILENCE));
        }

        @Override
        public Subscriber<byte[]> createSubscriber() {
            return new BatchHandoff(new Ignoring(), Schedulers.parallel(), ONE_BY_ONE);
        }

        @Override
        public byte[] createElement(int element) {
            return PrefetchTest.event(element);
        }
    }

    private static final class Ignoring extends BaseSubscriber<List<byte[]>> {

        @Override
        protected void hookOnError(Throwable error) {}
    }
}
