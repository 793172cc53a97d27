package dev.onchange.engine.dispatch;

import java.util.List;

/**
 * Why some deliveries are handed over apart from those after them: a batch with them has failed. Deliveries of one part have
 * the same object.
 *
 * @param kind what the part is for
 * @param rest with {@link Kind#TRIAL} the deliveries that wait for its result, else none
 */
record BatchPart(Kind kind, List<Delivery> rest) {

    /** What parts are for. */
    enum Kind {
        /** A batch that is tried again as a whole. */
        WHOLE,
        /** The first of a failed batch by itself: if it fails too, that need not be for its own sake. */
        TRIAL,
        /** What is divided further if it fails, to find the deliveries that do. */
        DIVIDED
    }

    static BatchPart of(Kind kind) {
        return new BatchPart(kind, List.of());
    }

    boolean is(Kind other) {
        return kind == other;
    }

    /** By identity: two parts that happen to look alike are two parts. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
