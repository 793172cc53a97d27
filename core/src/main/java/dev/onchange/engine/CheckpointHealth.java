package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.SaveObserver;
import dev.onchange.status.PositionsStatus;
import java.util.Map;

/** Remembers whether positions are saved. */
final class CheckpointHealth implements SaveObserver {

    private static final PositionsStatus SAVED = new PositionsStatus(PositionsStatus.Phase.SAVED, null);

    private final SaveObserver next;
    private volatile PositionsStatus status = SAVED;

    CheckpointHealth(SaveObserver next) {
        this.next = next;
    }

    PositionsStatus status() {
        return status;
    }

    @Override
    public void saved(Map<String, Position> positions) {
        status = SAVED;
        next.saved(positions);
    }

    @Override
    public void notSaved(OnChangeException failure, int attempt) {
        status = new PositionsStatus(PositionsStatus.Phase.FAILING, failure);
        next.notSaved(failure, attempt);
    }

    /** The status of each handler tells that; positions of the others are saved. */
    @Override
    public void fenced(FencedException failure) {
        next.fenced(failure);
    }
}
