package dev.onchange.engine.dispatch;

import dev.onchange.engine.dispatch.BatchOutcome.Done;
import dev.onchange.engine.dispatch.BatchOutcome.Failed;
import dev.onchange.engine.dispatch.BatchOutcome.FailedAt;
import dev.onchange.engine.dispatch.BatchPart.Kind;
import dev.onchange.engine.dispatch.LaneRunner.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Works off the lanes of a handler of batches: takes what may go together, hands it to the handler, and does what the outcome
 * says. A batch that has failed without saying where is tried by its first delivery: if that fails as well, it need not be
 * for the sake of a change, and the whole batch is tried again later; else the rest is divided until those are found that
 * fail. These go the way of single deliveries.
 */
final class BatchRunner {

    /** How many batches a lane works off before it lets other work of its thread go first. */
    private static final int BURST = 4;

    private final BatchDeliveryHandler handler;
    private final LaneRunner single;
    private final Workers workers;
    private final HandlerPermits permits;
    private final DeliveryQueue queue;
    private final LaneBatches batches;
    private final HandlerCounters counters;
    private final LaneShutdown shutdown;

    /** @param single runs the deliveries that go by themselves */
    BatchRunner(
            BatchDeliveryHandler handler,
            LaneRunner single,
            Workers workers,
            HandlerPermits permits,
            DeliveryQueue queue,
            HandlerCounters counters,
            LaneShutdown shutdown) {
        this.handler = handler;
        this.single = single;
        this.workers = workers;
        this.permits = permits;
        this.queue = queue;
        this.batches = Objects.requireNonNull(queue.batches());
        this.counters = counters;
        this.shutdown = shutdown;
    }

    /** Whether the lane is at work no longer: not if a delivery occupies it, or another thread has taken it over. */
    boolean drain(Lane lane) {
        for (int i = 0; i < BURST; i++) {
            DeliveryBatch batch = lane.occupant == null ? batches.next(lane) : lane.occupant;
            if (batch == null) {
                single.start();
                return true;
            }
            lane.occupant = null;
            Next then = batch.isAlone() ? runAlone(lane, batch.first()) : runSafely(lane, batch);
            if (then == Next.ABANDON) {
                permits.threadReturned();
                return false;
            }
            if (then == Next.WAIT) {
                return false;
            }
        }
        single.start(lane);
        return true;
    }

    /** Goes on with an outcome on another thread, as the handler does not give its thread back. */
    void takeOver(Lane lane, DeliveryBatch batch, BatchOutcome outcome) {
        permits.threadLost();
        resume(lane, batch, outcome);
    }

    private Next runAlone(Lane lane, Delivery delivery) {
        Next then = single.handleSafely(lane, delivery);
        return then == Next.SETTLE ? settleAlone(lane, delivery) : then;
    }

    private Next settleAlone(Lane lane, Delivery delivery) {
        single.count(delivery);
        queue.settle(lane, delivery);
        single.release(delivery);
        return Next.GO_ON;
    }

    private Next runSafely(Lane lane, DeliveryBatch batch) {
        try {
            return run(lane, batch);
        } catch (Throwable unforeseen) {
            batches.end(lane, List.of(), null, batch.deliveries(), List.of());
            single.fail(unforeseen, null);
            return Next.GO_ON;
        }
    }

    private Next run(Lane lane, DeliveryBatch batch) {
        BatchOutcome outcome = batch.resumedWith;
        if (outcome == null) {
            counters.batch();
            outcome = receive(lane, batch);
            if (!batch.claim()) {
                return Next.ABANDON;
            }
        }
        if (outcome instanceof BatchOutcome.Working working) {
            if (batch.resumedWith == null && shutdown.isInterrupted()) {
                working.end().subscribe().dispose();
                return again(lane, batch.deliveries(), List.of());
            }
            outcome = await(lane, batch, working);
            if (outcome == null) {
                return Next.WAIT;
            }
        }
        if (shutdown.isInterrupted() && !(outcome instanceof Done)) {
            // It failed because the stop interrupted it: it stays unsettled, and is delivered again at the next start.
            return again(lane, batch.deliveries(), List.of());
        }
        return proceed(lane, batch, outcome);
    }

    private BatchOutcome receive(Lane lane, DeliveryBatch batch) {
        batch.enter(this, lane);
        try {
            return handler.receiveBatch(batch);
        } catch (Throwable unforeseen) {
            return new BatchOutcome.Stopped(unforeseen);
        }
    }

    private Next proceed(Lane lane, DeliveryBatch batch, BatchOutcome outcome) {
        if (outcome instanceof Done done) {
            return settle(lane, batch, done);
        } else if (outcome instanceof FailedAt failed) {
            return failedAt(lane, batch, failed);
        } else if (outcome instanceof Failed failed) {
            return failed(lane, batch, failed.failure());
        } else if (outcome instanceof BatchOutcome.Apart apart) {
            for (int i = 0; i < batch.deliveries().size(); i++) {
                batch.deliveries().get(i).resumedWith = apart.outcomes().get(i);
            }
            return again(lane, batch.deliveries(), restOf(batch));
        }
        Throwable reason = outcome instanceof BatchOutcome.Stopped stopped
                ? stopped.reason()
                : new IllegalStateException("No such outcome of a batch: " + outcome);
        batches.end(lane, List.of(), null, batch.deliveries(), List.of());
        single.fail(reason, null);
        return Next.GO_ON;
    }

    private Next settle(Lane lane, DeliveryBatch batch, Done done) {
        List<Delivery> settled = batch.deliveries();
        for (int i = 0; i < settled.size(); i++) {
            settled.get(i).settledAs = done.each().isEmpty()
                    ? Outcome.Settled.HANDLED
                    : done.each().get(i);
        }
        settled.forEach(single::count);
        batches.end(lane, settled, null, List.of(), List.of());
        settled.forEach(single::release);
        List<Delivery> rest = restOf(batch);
        if (!rest.isEmpty()) {
            batches.giveBack(lane, Batching.halves(rest));
        }
        return Next.GO_ON;
    }

    /** Those that wait for the result of this batch. */
    private static List<Delivery> restOf(DeliveryBatch batch) {
        BatchPart part = batch.part();
        return part == null ? List.of() : part.rest();
    }

    private Next failedAt(Lane lane, DeliveryBatch batch, FailedAt failed) {
        List<Delivery> all = batch.deliveries();
        if (all.size() == 1) {
            batches.end(lane, List.of(), all.get(0), List.of(), List.of());
            batches.giveBack(lane, Batching.halves(restOf(batch)));
            return alone(lane, all.get(0), handler.failedAlone(all.get(0), batch, failed.failure()));
        }
        Delivery culprit = all.get(failed.index());
        List<Delivery> before = all.subList(0, failed.index());
        List<Delivery> after = all.subList(failed.index() + 1, all.size());
        if (!failed.settlesBefore()) {
            List<Delivery> again = new ArrayList<>(Batching.mark(before, BatchPart.of(Kind.DIVIDED)));
            again.addAll(Batching.mark(List.of(culprit), BatchPart.of(Kind.DIVIDED)));
            again.addAll(unmarked(after));
            return again(lane, again, List.of());
        }
        before.forEach(delivery -> delivery.settledAs = Outcome.Settled.HANDLED);
        before.forEach(single::count);
        batches.end(lane, before, culprit, unmarked(after), List.of());
        before.forEach(single::release);
        return alone(lane, culprit, handler.failedAlone(culprit, batch, failed.failure()));
    }

    /** They go with those that come after them, unless they had failed together before. */
    private static List<Delivery> unmarked(List<Delivery> deliveries) {
        boolean failedBefore = deliveries.stream().anyMatch(delivery -> delivery.failures() > 0);
        return Batching.mark(deliveries, failedBefore ? BatchPart.of(Kind.WHOLE) : null);
    }

    private Next failed(Lane lane, DeliveryBatch batch, Throwable failure) {
        BatchPart part = batch.part();
        List<Delivery> all = batch.deliveries();
        if (part != null && part.is(Kind.TRIAL)) {
            return failedTogether(lane, batch, failure);
        }
        if (all.size() == 1) {
            batches.end(lane, List.of(), all.get(0), List.of(), List.of());
            return alone(lane, all.get(0), handler.failedAlone(all.get(0), batch, failure));
        }
        if (part != null && part.is(Kind.DIVIDED)) {
            return again(lane, Batching.halves(all), List.of());
        }
        List<Delivery> rest = all.subList(1, all.size());
        List<Delivery> first = Batching.mark(all.subList(0, 1), new BatchPart(Kind.TRIAL, rest));
        batches.end(lane, List.of(), null, first, rest);
        return unlessClosing();
    }

    /** The call failed with all deliveries, and with the first alone. */
    private Next failedTogether(Lane lane, DeliveryBatch trial, Throwable failure) {
        Delivery first = trial.first();
        List<Delivery> rest = restOf(trial);
        List<Delivery> all = new ArrayList<>(trial.deliveries());
        all.addAll(rest);
        BatchOutcome outcome = handler.failedTogether(all, trial, failure);
        if (outcome instanceof BatchOutcome.Exhausted exhausted) {
            batches.end(lane, List.of(), first, List.of(), List.of());
            batches.giveBack(lane, Batching.halves(rest));
            return alone(lane, first, exhausted.first());
        } else if (outcome instanceof BatchOutcome.RetryAfter retry) {
            batches.end(lane, List.of(), null, List.of(), trial.deliveries());
            return waitForRetry(lane, Batching.mark(all, BatchPart.of(Kind.WHOLE)), retry);
        }
        return proceed(lane, trial, outcome);
    }

    private Next waitForRetry(Lane lane, List<Delivery> all, BatchOutcome.RetryAfter retry) {
        if (!batches.waitToRetry(lane, all)) {
            return unlessClosing();
        }
        try {
            all.get(0).retryTimer = workers.runAfter(retry.delay(), () -> {
                if (batches.retry(lane, all)) {
                    single.resume(lane);
                }
            });
            counters.retried(all.get(0), new Outcome.RetryAfter(retry.delay(), retry.failure()));
            return Next.WAIT;
        } catch (RuntimeException refused) {
            single.fail(refused, null);
            return Next.GO_ON;
        }
    }

    /** Lanes go on that were occupied by what waited for another attempt and was dropped. */
    void resumeVacated() {
        for (Lane lane = batches.nextVacated(); lane != null; lane = batches.nextVacated()) {
            single.resume(lane);
        }
    }

    private Next alone(Lane lane, Delivery delivery, Outcome outcome) {
        Next then = single.proceed(lane, delivery, outcome);
        if (shutdown.isClosing()) {
            shutdown.closeBefore(null);
        }
        return then == Next.SETTLE ? settleAlone(lane, delivery) : then;
    }

    /** Hands deliveries over once more, and then those that waited for the batch. */
    private Next again(Lane lane, List<Delivery> again, List<Delivery> rest) {
        List<Delivery> all = new ArrayList<>(again);
        batches.end(lane, List.of(), null, all, List.of());
        if (!rest.isEmpty()) {
            batches.giveBack(lane, Batching.halves(rest));
        }
        return unlessClosing();
    }

    /** What is handed over once more is not when the lanes are closed: it stays unsettled, with the position before it. */
    private Next unlessClosing() {
        if (shutdown.isClosing()) {
            shutdown.closeBefore(null);
        }
        return Next.GO_ON;
    }

    /** The outcome if it comes at once; else null, and the lane is resumed when it comes. */
    private @Nullable BatchOutcome await(Lane lane, DeliveryBatch batch, BatchOutcome.Working working) {
        OutcomeSubscriber<BatchOutcome> subscriber = new OutcomeSubscriber<>(BatchOutcome.Stopped::new);
        single.pending(subscriber, true);
        try {
            working.end().subscribe(subscriber);
        } catch (Throwable thrown) {
            // Reactor throws what it holds to be fatal instead of signalling it.
            subscriber.hookOnError(thrown);
        }
        BatchOutcome immediate = subscriber.getOr(outcome -> {
            single.pending(subscriber, false);
            resume(lane, batch, outcome);
        });
        if (immediate != null) {
            single.pending(subscriber, false);
        }
        return immediate;
    }

    private void resume(Lane lane, DeliveryBatch batch, BatchOutcome outcome) {
        batch.resumedWith = Objects.requireNonNull(outcome);
        lane.occupant = batch;
        single.resume(lane);
    }
}
