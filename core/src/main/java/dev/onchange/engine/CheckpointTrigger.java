package dev.onchange.engine;

import dev.onchange.engine.checkpoint.Checkpointer;
import org.jspecify.annotations.Nullable;

/** Lets whoever saves positions know how much there is to save. */
final class CheckpointTrigger implements Runnable {

    private volatile @Nullable Checkpointer checkpointer;

    void countFor(Checkpointer saving) {
        checkpointer = saving;
    }

    /** One more change is settled. */
    @Override
    public void run() {
        Checkpointer present = checkpointer;
        if (present != null) {
            present.settled(1);
        }
    }
}
