package dev.onchange.engine.checkpoint;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import java.util.Map;

/** Hears what becomes of the positions; called on the checkpointer's thread, which it must not block. */
public interface SaveObserver {

    /** Positions are kept now; those that were so before are not among them. */
    void saved(Map<String, Position> positions);

    /**
     * Positions could not be kept; unless the failure is a {@link FencedException} it will be tried again.
     *
     * @param failure what went wrong
     * @param attempt how often in a row, from 1
     */
    void notSaved(OnChangeException failure, int attempt);
}
