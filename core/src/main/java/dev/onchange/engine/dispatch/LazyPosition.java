package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.RawChange;
import org.jspecify.annotations.Nullable;

/** A position that is computed when it is first read: most positions of a stream never are. */
final class LazyPosition {

    /** The position of a larger change is computed at once: holding on to the change would count in no limit of memory. */
    private static final int LARGEST_KEPT = 4 * 1024;

    private @Nullable RawChange change;
    private @Nullable Position position;

    private LazyPosition(@Nullable RawChange change, @Nullable Position position) {
        this.change = change;
        this.position = position;
    }

    /** The position after a change. */
    static LazyPosition after(RawChange change) {
        return change.size() > LARGEST_KEPT
                ? new LazyPosition(null, change.position())
                : new LazyPosition(change, null);
    }

    /** A position that is known already; null if there is none. */
    static LazyPosition at(@Nullable Position position) {
        return new LazyPosition(null, position);
    }

    /** Null if no position is known. */
    synchronized @Nullable Position position() {
        RawChange last = change;
        if (last != null) {
            position = last.position();
            change = null;
        }
        return position;
    }
}
