package dev.onchange.engine.invoke;

import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** Completes when the publisher that a handler returned does; drops its values. */
final class Awaited extends Mono<Object> {

    private final Publisher<?> publisher;
    private final FatalErrors fatalErrors;

    Awaited(Publisher<?> publisher, FatalErrors fatalErrors) {
        this.publisher = publisher;
        this.fatalErrors = fatalErrors;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Object> end) {
        AwaitedSubscriber subscriber = new AwaitedSubscriber(end);
        end.onSubscribe(subscriber);
        fatalErrors.within(subscriber, () -> subscriber.subscribeTo(publisher));
    }
}
