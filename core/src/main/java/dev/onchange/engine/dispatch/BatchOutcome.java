package dev.onchange.engine.dispatch;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** What became of a batch that its handler was given, and so what its lane does with it next. */
public sealed interface BatchOutcome {

    /** All changes are handled. */
    BatchOutcome HANDLED = new Done(List.of());

    /**
     * All changes are settled.
     *
     * @param each how, in the order of the batch; empty if all are handled
     */
    record Done(List<Outcome.Settled> each) implements BatchOutcome {}

    /**
     * The handler goes on without a thread; its lane waits.
     *
     * @param end gives exactly one outcome and never fails
     */
    record Working(Mono<BatchOutcome> end) implements BatchOutcome {}

    /**
     * The call failed at one of the changes.
     *
     * @param index its place
     * @param settlesBefore whether those before it are handled; else they are to be handed over again
     * @param failure why
     */
    record FailedAt(int index, boolean settlesBefore, Throwable failure) implements BatchOutcome {}

    /**
     * The call failed, which says nothing of single changes.
     *
     * @param failure why
     */
    record Failed(Throwable failure) implements BatchOutcome {}

    /**
     * The whole batch is to be tried again; until then its lane waits.
     *
     * @param delay how long
     * @param failure why
     */
    record RetryAfter(Duration delay, Throwable failure) implements BatchOutcome {}

    /**
     * The attempts of the whole batch are exhausted: the first change takes its way, and among the rest those are looked for
     * that fail.
     *
     * @param first the outcome of the first change
     */
    record Exhausted(Outcome first) implements BatchOutcome {}

    /**
     * Each change goes on by itself.
     *
     * @param outcomes one for each change
     */
    record Apart(List<Outcome> outcomes) implements BatchOutcome {}

    /**
     * The handler is to stop before the first change.
     *
     * @param reason why
     */
    record Stopped(Throwable reason) implements BatchOutcome {}
}
