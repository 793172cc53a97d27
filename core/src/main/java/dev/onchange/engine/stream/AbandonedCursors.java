package dev.onchange.engine.stream;

import dev.onchange.engine.stream.CursorReply.ServerCursor;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.engine.timing.Timing;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The cursors that one stream has left open on the server because their connections broke. The server closes an idle
 * cursor only after ten minutes, and each costs it a look at every write until then. Safe for use by several threads.
 */
final class AbandonedCursors {

    private static final int ATTEMPTS = 3;
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), 2, Duration.ofSeconds(5), 0.5);

    private final Cursors cursors;
    private final Timing timing;
    private final Queue<ServerCursor> abandoned = new ConcurrentLinkedQueue<>();

    AbandonedCursors(Cursors cursors, Timing timing) {
        this.cursors = cursors;
        this.timing = timing;
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
                    .retryWhen(timing.retry(BACKOFF, ATTEMPTS, failure -> true))
                    .subscribe(done -> {}, failure -> abandoned.add(cursor));
        }
    }
}
