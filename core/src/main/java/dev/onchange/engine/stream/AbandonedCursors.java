package dev.onchange.engine.stream;

import dev.onchange.engine.stream.CursorReply.ServerCursor;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * The cursors that one stream has left open on the server because their connections broke. The server closes an idle
 * cursor only after ten minutes, and each costs it a look at every write until then. Safe for use by several threads.
 */
final class AbandonedCursors {

    private static final int ATTEMPTS = 3;
    private static final Duration FIRST_WAIT = Duration.ofMillis(200);

    private final Cursors cursors;
    private final Scheduler timer;
    private final Queue<ServerCursor> abandoned = new ConcurrentLinkedQueue<>();

    AbandonedCursors(Cursors cursors, Scheduler timer) {
        this.cursors = cursors;
        this.timer = timer;
    }

    void add(ServerCursor cursor) {
        abandoned.add(cursor);
    }

    /**
     * Has the server close them all, without waiting for that; to be called when the server has just answered. A cursor
     * whose command fails, because the next connection has broken too, is killed at the next call.
     */
    void kill() {
        for (ServerCursor next = abandoned.poll(); next != null; next = abandoned.poll()) {
            ServerCursor cursor = next;
            cursors.killOrFail(cursor)
                    .retryWhen(Retry.backoff(ATTEMPTS, FIRST_WAIT).scheduler(timer))
                    .subscribe(done -> {}, failure -> abandoned.add(cursor));
        }
    }
}
