package dev.onchange.engine.plan;

import java.util.Map;
import java.util.SortedMap;

/**
 * How many threads a handler may hold at a time when all handlers share a limited number: each has one, and the rest is
 * shared evenly by the handlers with a higher concurrency. Where there are hardly as many threads as handlers, half of
 * the threads are for the handlers with a higher concurrency.
 */
public final class ThreadShare {

    private ThreadShare() {}

    /**
     * How many threads a handler may hold beside its first.
     *
     * @param threads how many there are
     * @param handlers how many handlers there are of each concurrency
     */
    public static int further(int threads, SortedMap<Integer, Integer> handlers) {
        int all = handlers.values().stream().mapToInt(Integer::intValue).sum();
        long left = Math.max(threads - all, threads / 2);
        int wanting = all;
        int given = 0;
        for (Map.Entry<Integer, Integer> each : handlers.entrySet()) {
            int wanted = each.getKey() - 1;
            long cost = (long) (wanted - given) * wanting;
            if (cost > left) {
                return given + (int) (left / wanting);
            }
            left -= cost;
            given = wanted;
            wanting -= each.getValue();
        }
        return Integer.MAX_VALUE - 1;
    }

    /** How many a handler may hold that wants so many. */
    public static int of(int concurrency, int further) {
        return Math.min(concurrency, 1 + further);
    }
}
