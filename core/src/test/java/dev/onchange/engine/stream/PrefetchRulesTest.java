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

    /** So many events are handed over to another thread. */
    private static final int MANY = 20;

    /** So many events stay on their thread. */
    private static final int FEW = 1;

    @TestFactory
    Stream<DynamicTest> it_keeps_them_without_another_thread() {
        return Verification.ofPublisher(() -> new AsPublisher(FEW));
    }

    @TestFactory
    Stream<DynamicTest> it_keeps_the_rules_of_publishers() {
        return Verification.ofPublisher(() -> new AsPublisher(MANY));
    }

    @TestFactory
    Stream<DynamicTest> it_keeps_the_rules_of_subscribers() {
        return Verification.ofSubscriber(AsSubscriber::new);
    }

    private static final class AsPublisher extends PublisherVerification<EventBatch> {

        private final int size;

        AsPublisher(int size) {
            super(new TestEnvironment(TIMEOUT, SILENCE));
            this.size = size;
        }

        @Override
        public Publisher<EventBatch> createPublisher(long elements) {
            return ahead(Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE))
                    .map(number -> PrefetchTest.batch(number, size, "")));
        }

        @Override
        public Publisher<EventBatch> createFailedPublisher() {
            return ahead(Flux.error(new IllegalStateException("broken")));
        }

        /** Whoever asks for a batch has done with the one before: so what comes after it waits for another request. */
        private static Publisher<EventBatch> ahead(Flux<EventBatch> batches) {
            return new Prefetch(batches, Schedulers.parallel()).flatMapIterable(List::of, 1);
        }
    }

    private static final class AsSubscriber extends SubscriberBlackboxVerification<EventBatch> {

        AsSubscriber() {
            super(new TestEnvironment(TIMEOUT, SILENCE));
        }

        @Override
        public Subscriber<EventBatch> createSubscriber() {
            return new BatchHandoff(new Ignoring(), Schedulers.parallel());
        }

        @Override
        public EventBatch createElement(int element) {
            return PrefetchTest.batch(element, MANY, "");
        }
    }

    private static final class Ignoring extends BaseSubscriber<EventBatch> {

        @Override
        protected void hookOnError(Throwable error) {}
    }
}
