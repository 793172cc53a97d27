package dev.onchange.engine.checkpoint;

/**
 * Counts how often there was nothing to do but to move on with the stream. Saving that spares reading the server's
 * oplog again after a restart, and no handler anything: it need not be done each time, all the less as each write moves
 * the stream on.
 */
final class IdleSkip {

    /** Of so many times in a row, positions are saved once. */
    static final int TIMES = 10;

    private int times;

    /**
     * Whether this time need not be one at which positions are saved. The first one must: at the end of a time of much
     * to do, what was saved may lag behind what was settled.
     *
     * @param settled how many changes were settled since the last time
     */
    boolean passesOver(long settled) {
        times = settled > 0 ? 0 : times + 1;
        return times > 1 && times % TIMES != 0;
    }

    /** Something is to be done. */
    void end() {
        times = 0;
    }
}
