package dev.onchange.engine.retry;

import dev.onchange.Attempt;
import dev.onchange.BatchFailure;
import dev.onchange.FailureRules.Answer;
import dev.onchange.HandlerTimeoutException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.engine.dispatch.BatchDeliveryHandler;
import dev.onchange.engine.dispatch.BatchOutcome;
import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.DeliveryBatch;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.message.FailureDescription;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.engine.timing.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Calls a handler with batches and decides what follows. Deliveries that go by themselves take the way of {@link Retrier}, as
 * do those that a batch failed for.
 */
public final class BatchRetrier implements BatchDeliveryHandler {

    /** Each call that does not even end when interrupted holds a thread for ever; with so many the handler is stopped. */
    private static final int MOST_STUCK = 4;

    private final HandlerSpec spec;
    private final RetryableInvoker invoker;
    private final ExhaustedChanges recoverer;
    private final Retrier single;
    private final Timing timing;
    private final Backoff backoff;
    private final @Nullable Watchdog watchdog;
    private final AtomicInteger stuck = new AtomicInteger();

    /**
     * @param single takes the deliveries that go by themselves
     * @param watchdog detects calls that take too long; null if they may take as long as they like
     */
    public BatchRetrier(
            HandlerSpec spec,
            RetryableInvoker invoker,
            ExhaustedChanges recoverer,
            Retrier single,
            Timing timing,
            @Nullable Watchdog watchdog) {
        this.spec = spec;
        this.invoker = invoker;
        this.recoverer = recoverer;
        this.single = single;
        this.timing = timing;
        this.backoff = new Backoff(
                spec.retry().backoff(),
                spec.retry().multiplier(),
                spec.retry().maxBackoff(),
                spec.retry().jitter());
        this.watchdog = watchdog;
    }

    @Override
    public Outcome receive(Delivery delivery) {
        return single.receive(delivery);
    }

    @Override
    public @Nullable Throwable trouble() {
        return single.trouble();
    }

    @Override
    public Set<Thread> callingThreads() {
        return single.callingThreads();
    }

    @Override
    public boolean takesInBatch(Delivery delivery) {
        return delivery.purpose() == null
                && delivery.filterFailure() == null
                && !delivery.isAdmitted()
                && !recoverer.mightPark(delivery);
    }

    @Override
    public BatchOutcome receiveBatch(DeliveryBatch batch) {
        Instant begin = timing.clock().instant();
        batch.begun(begin);
        Attempt attempt = single.next(batch.first(), begin);
        BlockingCall call = watched(batch, begin);
        PublisherCall<BatchOutcome> end = null;
        Throwable failure = null;
        try {
            Publisher<?> returned = invoker.invokeBatch(batch.changes(), attempt, null);
            end = returned == null ? null : subscribed(returned, call, batch);
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
            return BatchOutcome.HANDLED;
        }
        if (failure != null) {
            return failed(batch, call == null ? failure : call.explain(failure));
        }
        return end == null
                ? BatchOutcome.HANDLED
                : new BatchOutcome.Working(end.watchedBy(watchdog, spec.where()).outcome());
    }

    private @Nullable BlockingCall watched(DeliveryBatch batch, Instant begin) {
        if (watchdog == null) {
            return null;
        }
        BlockingCall call =
                new BlockingCall(spec.where(), watchdog, batch::claim, reason -> giveUp(batch, reason, begin));
        watchdog.watch(call);
        return call;
    }

    /** Parts of the batch would run beside the call that is stuck: each of its changes takes the way of a last attempt. */
    private void giveUp(DeliveryBatch batch, HandlerTimeoutException reason, Instant begin) {
        batch.deliveries().forEach(delivery -> delivery.failed(reason, begin));
        batch.abandon(
                stuck.incrementAndGet() > MOST_STUCK
                        ? new BatchOutcome.Stopped(single.stopped(batch.first(), reason))
                        : new BatchOutcome.Apart(batch.deliveries().stream()
                                .map(delivery -> single.exhausted(delivery, reason))
                                .toList()));
    }

    private PublisherCall<BatchOutcome> subscribed(
            Publisher<?> publisher, @Nullable BlockingCall call, DeliveryBatch batch) {
        return new PublisherCall<>(
                        call,
                        value -> handled(batch, value),
                        failure -> failed(batch, failure),
                        BatchOutcome.Stopped::new)
                .subscribeTo(publisher);
    }

    private static BatchOutcome handled(DeliveryBatch batch, @Nullable Object value) {
        if (!(value instanceof RetryableInvoker.RepeatedOf repeated)) {
            return BatchOutcome.HANDLED;
        }
        List<Outcome.Settled> each = new ArrayList<>();
        for (int i = 0; i < batch.deliveries().size(); i++) {
            each.add(repeated.places().get(i) ? Outcome.Settled.REPEATED : Outcome.Settled.HANDLED);
        }
        return new BatchOutcome.Done(each);
    }

    private BatchOutcome failed(DeliveryBatch batch, Throwable failure) {
        if (failure instanceof FencedException) {
            // The changes are another instance's by now.
            return new BatchOutcome.Stopped(failure);
        }
        BatchFailure at = FailureDescription.batchFailure(failure);
        if (at != null && at.index() < batch.deliveries().size()) {
            return new BatchOutcome.FailedAt(
                    at.index(), !invoker.settlesAllOrNone(), at.getCause() == null ? at : at.getCause());
        }
        // What names no change of the batch says no more than its cause.
        Throwable cause = FailureDescription.ofOneChange(failure);
        return spec.retry().rules().answer(cause) == Answer.STOP
                ? stopped(batch.deliveries(), batch, FailureDescription.tellable(cause))
                : new BatchOutcome.Failed(cause);
    }

    @Override
    public BatchOutcome failedTogether(List<Delivery> deliveries, DeliveryBatch last, Throwable failure) {
        Throwable told = FailureDescription.tellable(failure);
        Delivery first = deliveries.get(0);
        return switch (spec.retry().after(first.failures() + 1, failure)) {
            case RETRY -> {
                deliveries.forEach(delivery -> delivery.failed(told, begunAt(last)));
                yield new BatchOutcome.RetryAfter(timing.delayAfter(first.failures(), backoff), told);
            }
            case EXHAUSTED -> {
                deliveries.forEach(delivery -> delivery.failed(told, begunAt(last)));
                yield new BatchOutcome.Exhausted(single.exhausted(first, told));
            }
            case STOP -> stopped(deliveries, last, told);
        };
    }

    private BatchOutcome stopped(List<Delivery> deliveries, DeliveryBatch last, Throwable told) {
        deliveries.forEach(delivery -> delivery.failed(told, begunAt(last)));
        return new BatchOutcome.Stopped(single.stopped(deliveries.get(0), told));
    }

    @Override
    public Outcome failedAlone(Delivery delivery, DeliveryBatch last, Throwable failure) {
        return single.failed(delivery, failure, begunAt(last));
    }

    private Instant begunAt(DeliveryBatch batch) {
        return Objects.requireNonNullElseGet(batch.begunAt(), timing.clock()::instant);
    }
}
