package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the server's resume tokens with the number of changes after which each is reached. The server sends a token in
 * a reply, before the reply's events are emitted; so a token is pending until the last of them was emitted.
 *
 * <p>Replies come on one thread, events are emitted on another, and a third asks for the token reached (D2).
 */
final class BatchTokens {

    /** More than the batches that can be under way between server and handlers; the oldest tokens are dropped first. */
    private static final int KEPT = 1024;

    private static final long NONE = Long.MAX_VALUE;

    private final Deque<CountedToken> pending = new ArrayDeque<>();
    private final Deque<CountedToken> reached = new ArrayDeque<>();
    private volatile long due = NONE;
    private @Nullable Object cursor;
    private long documents;
    private long emitted;
    private @Nullable Watermark floor;

    /** @param count of documents of the cursor while it is pending, of changes emitted once it is reached */
    private record CountedToken(long count, BsonDocument token) {}

    /** Starts over for another cursor, which reads again the events that the last one had not emitted. */
    synchronized void open(Object newCursor, long emittedSoFar, @Nullable Position from) {
        pending.clear();
        due = NONE;
        cursor = newCursor;
        documents = 0;
        emitted = emittedSoFar;
        if (from != null) {
            floor = Watermark.of(from);
        }
    }

    /** Adds the token of a reply; ignored if it is a reply to an earlier cursor. */
    synchronized void replied(Object from, int count, @Nullable BsonDocument token) {
        if (from != cursor) {
            return;
        }
        documents += count;
        if (token == null) {
            return;
        }
        CountedToken last = pending.peekLast();
        if (last != null && last.count == documents) {
            pending.removeLast();
        } else if (last == null && count == 0) {
            reach(token, emitted);
            return;
        }
        pending.addLast(new CountedToken(documents, token));
        due = pending.getFirst().count;
    }

    /**
     * Adds the token of a probe: it was sent when so many changes had been emitted, and the server has found none up to
     * the token.
     */
    synchronized void probed(Object from, long emittedBefore, BsonDocument token) {
        if (from == cursor && pending.isEmpty()) {
            emitted = emittedBefore;
            reach(token, emittedBefore);
        }
    }

    /** So many documents of the cursor have been emitted, which made so many changes since the beginning. */
    void passed(long documentsSoFar, long emittedSoFar) {
        if (documentsSoFar >= due) {
            settle(documentsSoFar, emittedSoFar);
        }
    }

    private synchronized void settle(long documentsSoFar, long emittedSoFar) {
        // A change that the server has split comes in several documents, and these in several replies.
        while (!pending.isEmpty() && pending.getFirst().count <= documentsSoFar) {
            emitted = emittedSoFar;
            reach(pending.removeFirst().token, emittedSoFar);
        }
        due = pending.isEmpty() ? NONE : pending.getFirst().count;
    }

    /** The newest token up to which all changes are among the first so many; null if none is known. */
    synchronized @Nullable BsonDocument reached(long received) {
        CountedToken newest = null;
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
        CountedToken newest = reached.peekLast();
        return newest == null ? null : newest.token;
    }

    private void reach(BsonDocument token, long count) {
        // A cursor opened at a time begins before the position that it is to go on from.
        if (floor != null && !floor.isBefore(token)) {
            return;
        }
        floor = Watermark.of(ResumeTokens.position(token, ""));
        CountedToken last = reached.peekLast();
        if (last != null && last.count == count) {
            reached.removeLast();
        } else if (reached.size() == KEPT) {
            reached.removeFirst();
        }
        reached.addLast(new CountedToken(count, token));
    }
}
