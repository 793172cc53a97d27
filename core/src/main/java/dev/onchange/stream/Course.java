package dev.onchange.stream;

import org.jspecify.annotations.Nullable;

/**
 * How the next cursor is read.
 *
 * @param opening where it begins
 * @param oneByOne whether the server is to send one event at a time, so that the one it cannot send is known
 * @param split whether the server is to split events that are too large
 * @param oversized what could not be sent, to be handed on before the cursor's events; null for nothing
 */
record Course(
        Opening opening,
        boolean oneByOne,
        boolean split,
        @Nullable RawChange oversized) {

    static Course from(Opening opening) {
        return new Course(opening, false, false, null);
    }

    Course at(Opening other) {
        return new Course(other, oneByOne, split, null);
    }

    Course readingOneByOne() {
        return new Course(opening, true, split, null);
    }

    Course splitting() {
        return new Course(opening, false, true, null);
    }

    Course passingOver(RawChange change) {
        return new Course(Opening.startAfter(change.token()), false, split, change);
    }
}
