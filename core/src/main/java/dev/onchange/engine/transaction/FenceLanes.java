package dev.onchange.engine.transaction;

import java.util.BitSet;

/** Gives each transaction of a handler a lane of its fence, so that they do not conflict. Safe for use by several threads. */
final class FenceLanes {

    private final Fence fence;
    private final BitSet taken = new BitSet();
    private int shared;

    FenceLanes(Fence fence) {
        this.fence = fence;
    }

    Fence fence() {
        return fence;
    }

    /** One that no other transaction has; if all are taken, one to share, which lets transactions wait for each other. */
    synchronized int take() {
        int free = taken.nextClearBit(0);
        if (free >= fence.lanes()) {
            shared = (shared + 1) % fence.lanes();
            return shared;
        }
        taken.set(free);
        return free;
    }

    synchronized void giveBack(int lane) {
        taken.clear(lane);
    }
}
