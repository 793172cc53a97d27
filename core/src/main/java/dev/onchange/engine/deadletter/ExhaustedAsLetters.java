package dev.onchange.engine.deadletter;

import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.retry.ExhaustedChanges;
import dev.onchange.engine.scan.HandlerSpec;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Keeps the changes of one handler as dead letters. */
record ExhaustedAsLetters(HandlerSpec handler, DeadLetterQueue queue, ParkedKeys parkedKeys)
        implements ExhaustedChanges {

    @Override
    public boolean mightPark(Delivery delivery) {
        return parkedKeys.mightPark(delivery);
    }

    @Override
    public Mono<Outcome> parkOrAdmit(Delivery delivery) {
        return queue.parkOrAdmit(handler, delivery);
    }

    @Override
    public Mono<Outcome> add(Delivery delivery, Throwable failure) {
        return queue.add(handler, delivery, failure);
    }

    @Override
    public Mono<Outcome> failAgain(Delivery delivery, Throwable failure) {
        return queue.failAgain(handler, delivery, failure);
    }

    @Override
    public Mono<Outcome> resolve(Delivery delivery) {
        return queue.resolve(handler, delivery);
    }

    @Override
    public <T> Mono<T> retryUntilDone(Mono<T> work) {
        return queue.retryUntilDone(handler.id(), work);
    }

    @Override
    public @Nullable Throwable trouble() {
        return queue.trouble(handler.id());
    }
}
