package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.status.PositionsStatus;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves positions at the end of an operation, which stands even if they cannot be saved: the checkpointer retries that. */
final class PositionSave {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private final EngineState state;
    private final Checkpointer checkpointer;
    private final CheckpointHealth checkpointHealth;
    private final ServerWait wait;

    PositionSave(EngineState state, Checkpointer checkpointer, CheckpointHealth checkpointHealth, ServerWait wait) {
        this.state = state;
        this.checkpointer = checkpointer;
        this.checkpointHealth = checkpointHealth;
        this.wait = wait;
    }

    /** Saves now; the status shows it if that fails, and the result is false. */
    boolean nowOrLater() {
        Map<String, Position> departed = state.departed();
        try {
            wait.answer(checkpointer.flush());
            state.departedSaved(departed);
            return true;
        } catch (OnChangeException reported) {
            LOG.debug("The positions are saved later", reported);
            return false;
        }
    }

    /** The same, but a store that is away is waited for a moment only. */
    void soonOrLater() {
        if (checkpointHealth.status().phase() == PositionsStatus.Phase.SAVED) {
            wait.end(checkpointer
                    .flush()
                    .timeout(EngineConfiguration.SHORT_OPENING, wait.timer())
                    .onErrorComplete());
        }
    }

    /** The same, but a store that is known to be unreachable is not waited for. */
    void unlessFailing() {
        if (checkpointHealth.status().phase() == PositionsStatus.Phase.SAVED) {
            nowOrLater();
        }
    }
}
