package dev.onchange.engine;

import org.jspecify.annotations.Nullable;

/** Lets a few entries a second pass and counts the others. Safe for use by several threads. */
final class LogLimit {

    private static final int A_SECOND = 3;

    private static final long SECOND = 1_000;

    private long begunAt = Long.MIN_VALUE;
    private int passed;
    private long leftOut;

    /**
     * Asks whether an entry passes.
     *
     * @param now in milliseconds
     * @return what to add to the entry about those that did not pass before; null if it does not pass
     */
    synchronized @Nullable String take(long now) {
        if (begunAt == Long.MIN_VALUE || now - begunAt >= SECOND || now < begunAt) {
            begunAt = now;
            passed = 0;
        }
        if (passed == A_SECOND) {
            leftOut++;
            return null;
        }
        passed++;
        String said = leftOut == 0 ? "" : " (" + leftOut + " further failures of the handler were not logged)";
        leftOut = 0;
        return said;
    }
}
