package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/** Saves the positions when the listeners are closed, within a time limit. */
final class FinalSave {

    private final EngineParts parts;
    private final Checkpointer checkpointer;
    private final Duration timeout;

    FinalSave(EngineParts parts, Checkpointer checkpointer) {
        this.parts = parts;
        this.checkpointer = checkpointer;
        this.timeout =
                Collections.max(List.of(parts.configuration.stopTimeout, EngineConfiguration.LEAST_SAVE_TIMEOUT));
    }

    /** Saves the positions once; later saves are possible. */
    Mono<Void> flush() {
        return inTime(checkpointer.flush());
    }

    /** Saves the positions for the last time, and removes the sessions of transactions. */
    Mono<Void> stop() {
        Mono<Void> removed = parts.transactions
                .close()
                .timeout(timeout, parts.timing.timer())
                .onErrorComplete(TimeoutException.class);
        return Mono.whenDelayError(inTime(checkpointer.stop()), removed);
    }

    private Mono<Void> inTime(Mono<Void> save) {
        return save.timeout(timeout, parts.timing.timer()).onErrorMap(TimeoutException.class, this::notSaved);
    }

    private OnChangeException notSaved(Throwable late) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.POSITION_NOT_SAVED,
                        parts.checkpoints.toString(),
                        "The positions could not be saved within " + timeout + " after the listeners had stopped.",
                        "Changes since the last save are delivered again. See that the store can be reached.")),
                late);
    }
}
