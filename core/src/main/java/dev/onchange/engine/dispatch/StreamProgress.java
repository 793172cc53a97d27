package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.RawChange;
import org.jspecify.annotations.Nullable;

/** How far a stream has come. One position object serves all handlers that are as far. */
final class StreamProgress {

    private final OpenStream stream;
    private long received;
    private @Nullable RawChange last;
    private LazyPosition mark = LazyPosition.at(null);
    private @Nullable Position lastReached;

    StreamProgress(OpenStream stream) {
        this.stream = stream;
    }

    /** The change has been handed to every handler that it concerns. */
    synchronized void passed(RawChange raw) {
        received++;
        last = raw;
    }

    /** The stream begins anew: the next change follows that position, and no other change. */
    synchronized void goOnAt(Position position) {
        last = null;
        mark = LazyPosition.at(position);
    }

    synchronized long received() {
        return received;
    }

    /** After the last change. */
    synchronized LazyPosition mark() {
        if (last != null) {
            mark = LazyPosition.after(last);
            last = null;
        }
        return mark;
    }

    /** The position of the last change, or how far the server has read since; null if neither is known. */
    @Nullable
    Position reached() {
        long known;
        Position lastChange;
        synchronized (this) {
            known = received;
            lastChange = mark().position();
        }
        Position told = stream.reached(known);
        // In the midst of a batch what the server told is older than the batch's changes.
        if (told == null || lastChange != null && !told.isAfter(lastChange)) {
            return lastChange;
        }
        return shared(told);
    }

    /** The one given before, if it is as far. */
    private synchronized Position shared(Position reached) {
        Position before = lastReached;
        if (before != null && reached.equals(before)) {
            return before;
        }
        lastReached = reached;
        return reached;
    }
}
