package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.RawChange;
import org.jspecify.annotations.Nullable;

/** How far a stream has come. One position object serves all handlers that are as far. */
final class StreamProgress {

    private OpenStream stream;
    private long received;
    private long ofStream;
    private @Nullable RawChange last;
    private LazyPosition afterLast = LazyPosition.at(null);
    private @Nullable Position lastReached;

    StreamProgress(OpenStream stream) {
        this.stream = stream;
    }

    /** A change was offered to every handler that it concerns. */
    synchronized void advance(RawChange raw) {
        received++;
        ofStream++;
        last = raw;
    }

    /** A change came that the stream before has brought already. */
    synchronized void pass() {
        ofStream++;
    }

    /** Another stream goes on from there. */
    synchronized void continueWith(OpenStream next, Position reached) {
        stream = next;
        ofStream = 0;
        restartAt(reached);
    }

    /** The stream begins anew: the next change follows that position, and no other change. */
    synchronized void restartAt(Position position) {
        last = null;
        afterLast = LazyPosition.at(position);
    }

    synchronized long received() {
        return received;
    }

    /** After the last change. */
    synchronized LazyPosition afterLast() {
        if (last != null) {
            afterLast = LazyPosition.after(last);
            last = null;
        }
        return afterLast;
    }

    /** The position of the last change, or how far the server has read since; null if neither is known. */
    @Nullable
    Position reached() {
        OpenStream present;
        long known;
        Position lastChange;
        synchronized (this) {
            present = stream;
            known = ofStream;
            lastChange = afterLast().position();
        }
        Position reported = present.reached(known);
        // Within a batch the reported position is older than the batch's changes.
        if (reported == null || lastChange != null && !reported.isAfter(lastChange)) {
            return lastChange;
        }
        return shared(reported);
    }

    /** The position object given before, if it equals this one. */
    private synchronized Position shared(Position reached) {
        Position before = lastReached;
        if (before != null && reached.equals(before)) {
            return before;
        }
        lastReached = reached;
        return reached;
    }
}
