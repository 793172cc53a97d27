package dev.onchange.retry;

import dev.onchange.Attempt;
import dev.onchange.OnChangeException;
import dev.onchange.invoke.Invoker;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.route.Delivery;
import dev.onchange.route.Outcome;
import dev.onchange.route.Recipient;
import dev.onchange.scan.HandlerSpec;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Calls a handler and decides what follows: settled, another attempt, a dead letter, a stop. Whatever goes wrong takes
 * the same way: what the handler throws, {@link Error}s included, what its publisher fails with, what cannot be decoded.
 */
public final class Retrier implements Recipient {

    private final HandlerSpec spec;
    private final Invoker invoker;
    private final DeadLetterOffice office;
    private final BlockedKeys blocked;
    private final Chance chance;

    public Retrier(HandlerSpec spec, Invoker invoker, DeadLetterOffice office, Chance chance) {
        this.spec = spec;
        this.invoker = invoker;
        this.office = office;
        this.blocked = office.blockedKeys(spec.id());
        this.chance = chance;
    }

    @Override
    public Outcome receive(Delivery delivery) {
        if (blocked.block(delivery)) {
            return new Outcome.Storing(office.park(spec, delivery));
        }
        Instant begin = chance.clock().instant();
        Throwable unanswered = delivery.unanswered();
        if (unanswered != null) {
            // The same filter gives the same answer to the same change: no further attempt would help.
            delivery.failed(unanswered, begin);
            return exhausted(delivery, unanswered);
        }
        return attempt(delivery, begin);
    }

    @Override
    public @Nullable Throwable trouble() {
        return office.trouble(spec.id());
    }

    private Outcome attempt(Delivery delivery, Instant begin) {
        Attempt attempt = new Attempt(
                delivery.failures() + 1,
                spec.retry().attempts(),
                Objects.requireNonNullElse(delivery.firstAttemptAt(), begin),
                delivery.lastFailure());
        try {
            Publisher<?> end = invoker.invoke(delivery.change(), attempt, null);
            return end == null ? Outcome.Settled.HANDLED : new Outcome.Working(await(end, delivery, begin));
        } catch (Throwable failure) {
            return failed(delivery, failure, begin);
        }
    }

    private Mono<Outcome> await(Publisher<?> end, Delivery delivery, Instant begin) {
        return Flux.from(end)
                .then(Mono.<Outcome>just(Outcome.Settled.HANDLED))
                .onErrorResume(failure -> Mono.just(failed(delivery, failure, begin)));
    }

    private Outcome failed(Delivery delivery, Throwable failure, Instant begin) {
        delivery.failed(failure, begin);
        if (spec.retry().allows(delivery.failures(), failure)) {
            return new Outcome.RetryAfter(chance.delayAfter(delivery.failures(), spec.retry()), failure);
        }
        return exhausted(delivery, failure);
    }

    private Outcome exhausted(Delivery delivery, Throwable failure) {
        return switch (spec.exhausted()) {
            case DEAD_LETTER -> new Outcome.Storing(office.bury(spec, delivery, failure));
            case SKIP -> Outcome.Settled.SKIPPED;
            case STOP -> new Outcome.Stopped(stopped(delivery, failure));
        };
    }

    private OnChangeException stopped(Delivery delivery, Throwable failure) {
        Problem problem = new Problem(
                ProblemCode.HANDLER_FAILED,
                spec.where(),
                "attempt " + delivery.failures() + " failed with " + failure + ", and it is declared to stop then;"
                        + " its position stays before the change with token " + delivery.token() + ".",
                "Remove the cause and resume or restart the handler: it goes on with this change.");
        return new OnChangeException(List.of(problem), failure);
    }
}
