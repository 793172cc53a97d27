package dev.onchange.engine.dispatch;

import dev.onchange.engine.plan.ThreadShare;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The permits of all handlers that take part at the moment: how many threads each may hold. Safe for use by several threads.
 */
final class ThreadPermits {

    private final Workers workers;
    private final int threads;
    private final Map<String, HandlerPermits> permits = new HashMap<>();
    private final SortedMap<Integer, Integer> concurrencies = new TreeMap<>();
    private volatile int further;

    ThreadPermits(Workers workers, int threads) {
        this.workers = workers;
        this.threads = threads;
    }

    /** The permits of a handler that takes part from now on. */
    synchronized HandlerPermits enter(String handlerId, int concurrency) {
        HandlerPermits ofHandler =
                permits.computeIfAbsent(handlerId, id -> new HandlerPermits(workers, concurrency, () -> further));
        if (ofHandler.enter()) {
            count(ofHandler.concurrency(), 1);
        }
        return ofHandler;
    }

    /** The handler takes part no longer; calls that have begun go on. */
    synchronized void leave(String handlerId) {
        HandlerPermits ofHandler = permits.get(handlerId);
        if (ofHandler != null && ofHandler.leave()) {
            permits.remove(handlerId);
            count(ofHandler.concurrency(), -1);
        }
    }

    /** Null if the handler does not take part. */
    synchronized @Nullable HandlerPermits of(String handlerId) {
        return permits.get(handlerId);
    }

    private void count(int concurrency, int more) {
        concurrencies.merge(concurrency, more, (count, change) -> count + change == 0 ? null : count + change);
        further = ThreadShare.further(threads, concurrencies);
    }
}
