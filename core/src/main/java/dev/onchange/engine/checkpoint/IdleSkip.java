package dev.onchange.engine.checkpoint;

/**
 * Decides which saves are skipped while no change is settled and positions advance with the stream alone. Such a save only
 * shortens what the server reads of its oplog after a restart, and each write makes the stream advance again: so most of
 * them are skipped.
 */
final class IdleSkip {

    /** Of so many idle saves in a row, one is done. */
    static final int PERIOD = 10;

    private int idleSaves;

    /** @param settled how many changes were settled since the last save was due */
    void count(long settled) {
        idleSaves = settled > 0 ? 0 : idleSaves + 1;
    }

    /** Whether the save is skipped. The first idle one is not: under load, saved positions may lag behind settled ones. */
    boolean skips() {
        return idleSaves > 1 && idleSaves % PERIOD != 0;
    }

    /** The next save is not skipped. */
    void reset() {
        idleSaves = 0;
    }
}
