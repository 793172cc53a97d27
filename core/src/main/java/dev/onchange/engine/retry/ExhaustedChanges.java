package dev.onchange.engine.retry;

import dev.onchange.Attempt;
import dev.onchange.Exhausted;
import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.Outcome;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Keeps the changes of one handler whose attempts are exhausted, and the changes that must wait behind them. */
public interface ExhaustedChanges {

    /** Whether a change might have to wait behind another one; false for most changes that need not. */
    boolean mightPark(Delivery delivery);

    /** Parks a change that has to wait behind another one, and admits any other. */
    Mono<Outcome> parkOrAdmit(Delivery delivery);

    /**
     * The user's answer to exhausted attempts, in place of what the handler declares; null if there is none.
     *
     * @param attempt the last one
     */
    default @Nullable Mono<Exhausted> answer(Delivery delivery, Attempt attempt, Throwable failure) {
        return null;
    }

    /** Keeps a change whose attempts are exhausted. */
    Mono<Outcome> add(Delivery delivery, Throwable failure);

    /** Notes that a change that was kept has failed again. */
    Mono<Outcome> failAgain(Delivery delivery, Throwable failure);

    /** Keeps a change no longer that has been handled or is to be discarded; gives REPEATED if the latter was not kept any more. */
    Mono<Outcome> resolve(Delivery delivery);

    /** Retries work of the handler's until it succeeds. */
    <T> Mono<T> retryUntilDone(Mono<T> work);

    /** Why changes of the handler cannot be kept at the moment; null if they can. */
    @Nullable
    Throwable trouble();
}
