package dev.onchange.engine.dispatch;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * How many lanes of the partitions of one handler may be at work at a time; further ones wait for their turn, and hold no
 * thread. Safe for use by several threads.
 */
final class LaneQuota {

    /** For a handler that is not divided: it has no more lanes than may be at work. */
    static final LaneQuota UNBOUNDED = new LaneQuota(Integer.MAX_VALUE);

    private final int most;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int working;

    private LaneQuota(int most) {
        this.most = most;
    }

    static LaneQuota of(int most) {
        return new LaneQuota(most);
    }

    /** Starts a lane, at once or when others have ended. */
    void acquire(Runnable start) {
        if (most == Integer.MAX_VALUE) {
            start.run();
            return;
        }
        synchronized (this) {
            if (working >= most) {
                waiting.add(start);
                return;
            }
            working++;
        }
        start.run();
    }

    /** A lane is at work no longer. */
    void release() {
        if (most == Integer.MAX_VALUE) {
            return;
        }
        Runnable next = nextOrFree();
        if (next != null) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable nextOrFree() {
        Runnable next = waiting.poll();
        if (next == null) {
            working--;
        }
        return next;
    }
}
