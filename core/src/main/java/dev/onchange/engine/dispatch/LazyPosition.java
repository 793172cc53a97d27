package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.RawChange;
import org.jspecify.annotations.Nullable;

/** A place in a stream. Its position is computed when somebody asks, which for most places nobody does. */
final class LazyPosition {

    /** A larger change is not held on to for the sake of its position: it would count in no limit of memory. */
    private static final int LARGEST_KEPT = 4 * 1024;

    private @Nullable RawChange change;
    private @Nullable Position position;

    private LazyPosition(@Nullable RawChange change, @Nullable Position position) {
        this.change = change;
        this.position = position;
    }

    /** After this change. */
    static LazyPosition after(RawChange change) {
        return change.size() > LARGEST_KEPT
                ? new LazyPosition(null, change.position())
                : new LazyPosition(change, null);
    }

    /** At that position, if one is known. */
    static LazyPosition at(@Nullable Position position) {
        return new LazyPosition(null, position);
    }

    /** Null if none is known. */
    synchronized @Nullable Position position() {
        RawChange last = change;
        if (last != null) {
            position = last.position();
            change = null;
        }
        return position;
    }
}
