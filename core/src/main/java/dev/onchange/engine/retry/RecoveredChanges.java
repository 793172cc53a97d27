package dev.onchange.engine.retry;

import dev.onchange.Attempt;
import dev.onchange.Exhausted;
import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.invoke.Recovery;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks the user what becomes of a change whose attempts are exhausted.
 *
 * @param declared holds if the user's answer fails
 * @param kept keeps changes otherwise
 * @param timer of the wait for the answer
 */
public record RecoveredChanges(Recovery recovery, Exhausted declared, ExhaustedChanges kept, Scheduler timer)
        implements ExhaustedChanges {

    /** Longer than any ordinary call of another service. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(RecoveredChanges.class);

    @Override
    public Mono<Exhausted> answer(Delivery delivery, Attempt attempt, Throwable failure) {
        return Mono.defer(() -> {
                    try {
                        return Mono.from(recovery.recover(delivery.change(), attempt, failure));
                    } catch (Throwable thrown) {
                        return Mono.error(thrown);
                    }
                })
                .timeout(LIMIT, timer)
                .defaultIfEmpty(Exhausted.SKIP)
                .onErrorResume(wrong -> {
                    LOG.warn(
                            "A recoverer failed at the change with token {}, and {} follows",
                            delivery.token(),
                            declared,
                            wrong);
                    return Mono.just(declared);
                });
    }

    @Override
    public boolean mightPark(Delivery delivery) {
        return kept.mightPark(delivery);
    }

    @Override
    public Mono<Outcome> parkOrAdmit(Delivery delivery) {
        return kept.parkOrAdmit(delivery);
    }

    @Override
    public Mono<Outcome> add(Delivery delivery, Throwable failure) {
        return kept.add(delivery, failure);
    }

    @Override
    public Mono<Outcome> failAgain(Delivery delivery, Throwable failure) {
        return kept.failAgain(delivery, failure);
    }

    @Override
    public Mono<Outcome> resolve(Delivery delivery) {
        return kept.resolve(delivery);
    }

    @Override
    public <T> Mono<T> retryUntilDone(Mono<T> work) {
        return kept.retryUntilDone(work);
    }

    @Override
    public @Nullable Throwable trouble() {
        return kept.trouble();
    }
}
