package dev.onchange.engine.stream;

import org.jspecify.annotations.Nullable;

/**
 * How the next cursor is read.
 *
 * @param cursorStart where it begins
 * @param oneByOne whether the server is to send one event at a time, so that the one it cannot send is known
 * @param split whether the server is to split events that are too large
 * @param oversized the change that could not be sent whole, to be emitted before the cursor's events; null for none
 */
record CursorPlan(
        CursorStart cursorStart,
        boolean oneByOne,
        boolean split,
        @Nullable RawChange oversized) {

    static CursorPlan from(CursorStart cursorStart) {
        return new CursorPlan(cursorStart, false, false, null);
    }

    CursorPlan withStart(CursorStart other) {
        return new CursorPlan(other, oneByOne, split, null);
    }

    CursorPlan readingOneByOne() {
        return new CursorPlan(cursorStart, true, split, null);
    }

    CursorPlan splitting() {
        return new CursorPlan(cursorStart, false, true, null);
    }

    CursorPlan skipping(RawChange change) {
        return new CursorPlan(CursorStart.startAfter(change.token()), false, split, change);
    }
}
