package dev.onchange.engine.deadletter;

import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.retry.ExhaustedChanges;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.transaction.FencedWrites;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keeps the changes of one handler as dead letters.
 *
 * @param fenced writes them while this instance owns the handler, or its partition; null if no other can
 */
record ExhaustedAsLetters(
        HandlerSpec handler,
        DeadLetterQueue queue,
        ParkedKeys parkedKeys,
        @Nullable FencedWrites fenced) implements ExhaustedChanges {

    @Override
    public boolean mightPark(Delivery delivery) {
        return parkedKeys.mightPark(delivery);
    }

    @Override
    public Mono<Outcome> parkOrAdmit(Delivery delivery) {
        return queue.parkOrAdmit(handler, fenced, delivery);
    }

    @Override
    public Mono<Outcome> add(Delivery delivery, Throwable failure) {
        return queue.add(handler, fenced, delivery, failure);
    }

    @Override
    public Mono<Outcome> failAgain(Delivery delivery, Throwable failure) {
        return queue.failAgain(handler, fenced, delivery, failure);
    }

    @Override
    public Mono<Outcome> resolve(Delivery delivery) {
        return queue.resolve(handler, fenced, delivery);
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
