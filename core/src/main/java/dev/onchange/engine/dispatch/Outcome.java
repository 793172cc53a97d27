package dev.onchange.engine.dispatch;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** What became of a delivery that its handler was given, and so what the lanes do with it next. */
public sealed interface Outcome {

    /** The change is settled: the handler's position may pass it. */
    enum Settled implements Outcome {
        /** The handler has done its work. */
        HANDLED,
        /** It is stored as a dead letter. */
        DEAD_LETTERED,
        /** It is stored behind a dead letter of the same key. */
        PARKED,
        /** Its last attempt failed and it was skipped, as the handler's declaration says. */
        SKIPPED,
        /** It had been settled before, in a transaction. */
        REPEATED,
        /** A newer change of its document has taken its place. */
        COALESCED
    }

    /**
     * The handler goes on without a thread; its lane waits.
     *
     * @param end gives exactly one outcome and never fails
     */
    record Working(Mono<Outcome> end) implements Outcome {}

    /**
     * The attempt failed and another follows; until then the key waits, and other keys go on.
     *
     * @param delay how long
     * @param failure why
     */
    record RetryAfter(Duration delay, Throwable failure) implements Outcome {}

    /**
     * The change is being stored elsewhere; until then the key waits, and other keys go on.
     *
     * @param end gives exactly one outcome and never fails
     */
    record Storing(Mono<Outcome> end) implements Outcome {}

    /** The handler was not called, and is to be given the change once more. */
    record Again() implements Outcome {}

    /** The change need not be parked behind a dead letter after all: it is to be handed to the handler. */
    record Admitted() implements Outcome {}

    /**
     * The handler is to stop before this change.
     *
     * @param reason why
     */
    record Stopped(Throwable reason) implements Outcome {}
}
