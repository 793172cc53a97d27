package dev.onchange.engine.checkpoint;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import java.util.Map;

/** Receives the results of saves; called on the checkpointer's thread, which it must not block. */
public interface SaveObserver {

    /** These positions were saved; positions that had been saved before are not among them. */
    void saved(Map<String, Position> positions);

    /**
     * A save failed; it is tried again.
     *
     * @param failure why
     * @param attempt how many saves have failed in a row, from 1
     */
    void notSaved(OnChangeException failure, int attempt);

    /** Handlers, or partitions, belong to other instances: the supplier of positions must not give theirs any more. */
    void fenced(FencedException failure);
}
