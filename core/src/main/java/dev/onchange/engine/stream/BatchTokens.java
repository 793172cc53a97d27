package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Remembers up to where the server had read after how many changes. The server says so in a reply, before the reply's
 * events are handed on; so a token waits here until the last of them has passed.
 *
 * <p>Replies come on one thread, events pass on another, and a third asks.
 */
final class BatchTokens {

    /** More than the batches that can be under way between server and handlers; the oldest go first. */
    private static final int KEPT = 1024;

    private static final long NONE = Long.MAX_VALUE;

    private final Deque<Mark> waiting = new ArrayDeque<>();
    private final Deque<Mark> reached = new ArrayDeque<>();
    private volatile long due = NONE;
    private @Nullable Object cursor;
    private long documents;
    private long emitted;
    private @Nullable Watermark floor;

    /** @param count of documents of the cursor while it waits, of changes handed on once reached */
    private record Mark(long count, BsonDocument token) {}

    /** Begins anew with another cursor: what the last one still had to hand on will come again. */
    synchronized void open(Object newCursor, long emittedSoFar, @Nullable Position from) {
        waiting.clear();
        due = NONE;
        cursor = newCursor;
        documents = 0;
        emitted = emittedSoFar;
        if (from != null) {
            floor = Watermark.of(from);
        }
    }

    /** A reply of that cursor, which is not newer than it was told before if the cursor is not the present one. */
    synchronized void replied(Object from, int count, @Nullable BsonDocument token) {
        if (from != cursor) {
            return;
        }
        documents += count;
        if (token == null) {
            return;
        }
        Mark last = waiting.peekLast();
        if (last != null && last.count == documents) {
            waiting.removeLast();
        } else if (last == null && count == 0) {
            reach(token, emitted);
            return;
        }
        waiting.addLast(new Mark(documents, token));
        due = waiting.getFirst().count;
    }

    /** The server was asked separately, when so many changes had been handed on, and has found nothing up to there. */
    synchronized void sounded(Object from, long emittedBefore, BsonDocument token) {
        if (from == cursor && waiting.isEmpty()) {
            emitted = emittedBefore;
            reach(token, emittedBefore);
        }
    }

    /** So many documents of the cursor have passed, which made so many changes since the beginning. */
    void passed(long documentsSoFar, long emittedSoFar) {
        if (documentsSoFar >= due) {
            settle(documentsSoFar, emittedSoFar);
        }
    }

    private synchronized void settle(long documentsSoFar, long emittedSoFar) {
        // A change that the server has split comes in several documents, and these in several replies.
        while (!waiting.isEmpty() && waiting.getFirst().count <= documentsSoFar) {
            emitted = emittedSoFar;
            reach(waiting.removeFirst().token, emittedSoFar);
        }
        due = waiting.isEmpty() ? NONE : waiting.getFirst().count;
    }

    /** Up to where everything is among the first so many changes; null if nothing is known. */
    synchronized @Nullable BsonDocument reached(long received) {
        Mark newest = null;
        while (!reached.isEmpty() && reached.getFirst().count <= received) {
            newest = reached.removeFirst();
        }
        if (newest == null) {
            return null;
        }
        reached.addFirst(newest);
        return newest.token;
    }

    /** The newest of all that has been reached; null if there is none. */
    synchronized @Nullable BsonDocument newest() {
        Mark newest = reached.peekLast();
        return newest == null ? null : newest.token;
    }

    private void reach(BsonDocument token, long count) {
        // A cursor opened at a time begins before the position that it is to go on from.
        if (floor != null && !floor.isBefore(token)) {
            return;
        }
        floor = Watermark.of(ResumeTokens.position(token, ""));
        Mark last = reached.peekLast();
        if (last != null && last.count == count) {
            reached.removeLast();
        } else if (reached.size() == KEPT) {
            reached.removeFirst();
        }
        reached.addLast(new Mark(count, token));
    }
}
