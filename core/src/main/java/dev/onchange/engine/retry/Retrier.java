package dev.onchange.engine.retry;

import dev.onchange.Attempt;
import dev.onchange.Exhausted;
import dev.onchange.HandlerTimeoutException;
import dev.onchange.OnChangeException;
import dev.onchange.RetryPolicy;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.Delivery.Purpose;
import dev.onchange.engine.dispatch.DeliveryHandler;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.message.FailureDescription;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.engine.timing.Timing;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Calls a handler and decides what follows: settled, another attempt, a dead letter, a stop. Every failure is treated
 * the same way: what the handler throws, {@link Error}s included, what its publisher fails with, what cannot be decoded,
 * what does not end in time. Knows neither where dead letters are kept ({@link ExhaustedChanges}) nor how transactions run
 * ({@link RetryableInvoker}).
 */
public final class Retrier implements DeliveryHandler {

    /** Each call that does not even end when interrupted holds a thread for ever; with so many the handler is stopped. */
    private static final int MOST_STUCK = 4;

    private final HandlerSpec spec;
    private final long term;
    private final RetryableInvoker invoker;
    private final ExhaustedChanges recoverer;
    private final Timing timing;
    private final Backoff backoff;
    private final @Nullable Watchdog watchdog;
    private final AtomicInteger stuck = new AtomicInteger();

    /** One whose handler may take as long as it likes. */
    public Retrier(HandlerSpec spec, RetryableInvoker invoker, ExhaustedChanges recoverer, Timing timing) {
        this(spec, 0, invoker, recoverer, timing, null);
    }

    /**
     * @param term with which this instance owns the handler, or the partition
     * @param watchdog detects calls that take too long; null if they may take as long as they like
     */
    public Retrier(
            HandlerSpec spec,
            long term,
            RetryableInvoker invoker,
            ExhaustedChanges recoverer,
            Timing timing,
            @Nullable Watchdog watchdog) {
        this.spec = spec;
        this.term = term;
        this.invoker = invoker;
        this.recoverer = recoverer;
        this.timing = timing;
        RetryPolicy policy = spec.retry();
        this.backoff = new Backoff(policy.backoff(), policy.multiplier(), policy.maxBackoff(), policy.jitter());
        this.watchdog = watchdog;
    }

    @Override
    public Outcome receive(Delivery delivery) {
        Instant begin = timing.clock().instant();
        delivery.begun(begin);
        if (delivery.purpose() == Purpose.DISCARD) {
            return new Outcome.Storing(resolved(delivery));
        }
        if (delivery.purpose() == null && !delivery.isAdmitted() && recoverer.mightPark(delivery)) {
            return new Outcome.Storing(recoverer.parkOrAdmit(delivery));
        }
        Throwable filterFailure = delivery.filterFailure();
        if (filterFailure != null) {
            // The same filter gives the same answer to the same change: no further attempt would help.
            delivery.failed(filterFailure, begin);
            return exhausted(delivery, filterFailure);
        }
        return attempt(delivery, begin);
    }

    @Override
    public @Nullable Throwable trouble() {
        return recoverer.trouble();
    }

    @Override
    public Set<Thread> callingThreads() {
        return invoker.callingThreads();
    }

    private Outcome attempt(Delivery delivery, Instant begin) {
        Attempt attempt = next(delivery, begin);
        BlockingCall call = watched(delivery, begin);
        PublisherCall<Outcome> end = null;
        Throwable failure = null;
        try {
            Publisher<?> returned = delivery.purpose() == Purpose.REPLAY
                    ? invoker.replay(delivery.change(), attempt)
                    : invoker.invoke(delivery.change(), attempt, null);
            end = returned == null ? null : subscribed(returned, call, delivery, begin);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        // An interrupt that the handler has left on its thread must not reach the next change.
        Thread.interrupted();
        if (call != null && call.end()) {
            stuck.decrementAndGet();
            // The watchdog has given the call up, and its outcome has taken the place of this one.
            if (end != null) {
                end.dispose();
            }
            return Outcome.Settled.HANDLED;
        }
        if (failure != null) {
            return failed(delivery, call == null ? failure : call.explain(failure), begin);
        }
        return end == null
                ? handled(delivery, null)
                : new Outcome.Working(end.watchedBy(watchdog, spec.where()).outcome());
    }

    /** The attempt at a change, or at a batch that begins with it, that begins now. */
    Attempt next(Delivery delivery, Instant begin) {
        return attempt(delivery, delivery.failures() + 1, begin);
    }

    private Attempt attempt(Delivery delivery, int number, Instant begin) {
        return new Attempt(
                number,
                spec.retry().attempts(),
                Objects.requireNonNullElse(delivery.firstAttemptAt(), begin),
                delivery.lastFailure(),
                term);
    }

    private @Nullable BlockingCall watched(Delivery delivery, Instant begin) {
        if (watchdog == null) {
            return null;
        }
        BlockingCall call =
                new BlockingCall(spec.where(), watchdog, delivery::claim, reason -> giveUp(delivery, reason, begin));
        watchdog.watch(call);
        return call;
    }

    private void giveUp(Delivery delivery, HandlerTimeoutException reason, Instant begin) {
        delivery.failed(reason, begin);
        // Another attempt would run beside the one that is stuck.
        delivery.abandon(
                stuck.incrementAndGet() > MOST_STUCK
                        ? new Outcome.Stopped(stopped(delivery, reason))
                        : exhausted(delivery, reason));
    }

    private PublisherCall<Outcome> subscribed(
            Publisher<?> publisher, @Nullable BlockingCall call, Delivery delivery, Instant begin) {
        return new PublisherCall<>(
                        call,
                        value -> handled(delivery, value),
                        failure -> failed(delivery, failure, begin),
                        Outcome.Stopped::new)
                .subscribeTo(publisher);
    }

    private Outcome handled(Delivery delivery, @Nullable Object value) {
        if (delivery.purpose() == Purpose.REPLAY) {
            return new Outcome.Storing(resolved(delivery));
        }
        return value == RetryableInvoker.REPEATED ? Outcome.Settled.REPEATED : Outcome.Settled.HANDLED;
    }

    private Mono<Outcome> resolved(Delivery delivery) {
        return recoverer.resolve(delivery).delayUntil(outcome -> invoker.resolved(delivery.change()));
    }

    /** Decides what follows an attempt that failed. */
    Outcome failed(Delivery delivery, Throwable failure, Instant begin) {
        if (failure instanceof FencedException) {
            // The change is another instance's by now.
            return new Outcome.Stopped(failure);
        }
        Throwable cause = spec.batch() == null ? failure : FailureDescription.ofOneChange(failure);
        Throwable told = FailureDescription.tellable(cause);
        delivery.failed(told, begin);
        return switch (spec.retry().after(delivery.failures(), cause)) {
            case RETRY -> new Outcome.RetryAfter(timing.delayAfter(delivery.failures(), backoff), told);
            case EXHAUSTED -> exhausted(delivery, told);
            case STOP -> stop(delivery, told);
        };
    }

    /** Decides what follows the last attempt. */
    Outcome exhausted(Delivery delivery, Throwable failure) {
        if (delivery.purpose() == Purpose.REPLAY) {
            return failedAgain(delivery, failure);
        }
        Mono<Exhausted> answer = recoverer.answer(
                delivery, attempt(delivery, delivery.failures(), timing.clock().instant()), failure);
        if (answer != null) {
            return unlessSettled(delivery, new Outcome.Storing(answer.flatMap(given -> {
                Outcome outcome = outcome(given, delivery, failure);
                return outcome instanceof Outcome.Storing storing ? storing.end() : Mono.just(outcome);
            })));
        }
        Outcome outcome = outcome(spec.exhausted(), delivery, failure);
        return spec.exhausted() == Exhausted.STOP ? outcome : unlessSettled(delivery, outcome);
    }

    private Outcome outcome(Exhausted answer, Delivery delivery, Throwable failure) {
        return switch (answer) {
            case DEAD_LETTER -> new Outcome.Storing(recoverer.add(delivery, failure));
            case SKIP -> Outcome.Settled.SKIPPED;
            case STOP -> new Outcome.Stopped(stopped(delivery, failure));
        };
    }

    /** The last attempt may have failed for want of an answer to its commit. */
    private Outcome unlessSettled(Delivery delivery, Outcome otherwise) {
        Mono<Boolean> isSettled = invoker.isSettled(delivery.change());
        return isSettled == null
                ? otherwise
                : new Outcome.Storing(recoverer
                        .retryUntilDone(isSettled)
                        .flatMap(settled -> settled
                                ? Mono.just(Outcome.Settled.HANDLED)
                                : otherwise instanceof Outcome.Storing storing ? storing.end() : Mono.just(otherwise)));
    }

    /** A change that is replayed has its dead letter: its handler can go on. */
    private Outcome stop(Delivery delivery, Throwable failure) {
        return delivery.purpose() == Purpose.REPLAY
                ? failedAgain(delivery, failure)
                : new Outcome.Stopped(stopped(delivery, failure));
    }

    private Outcome failedAgain(Delivery delivery, Throwable failure) {
        return new Outcome.Storing(recoverer.failAgain(delivery, failure));
    }

    /** Why the handler stops before a change. */
    OnChangeException stopped(Delivery delivery, Throwable failure) {
        Problem problem = new Problem(
                ProblemCode.HANDLER_FAILED,
                spec.where(),
                "attempt " + delivery.failures() + " failed with " + failure + ", and the handler stops;"
                        + " its position stays before the change with token " + delivery.token() + ".",
                "Remove the cause and resume or restart the handler: it goes on with this change.");
        return new OnChangeException(List.of(problem), failure);
    }
}
