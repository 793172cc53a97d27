package dev.onchange.engine.decode;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a handler sees of a change: the type of its documents, and which of them. Obtained once per handler from
 * {@link EventDecoder#payload(dev.onchange.engine.scan.HandlerSpec)}; handlers that see the same share one.
 *
 * @param <T> the payload type
 */
public final class Payload<T> {

    /** A document that a stream may attach for one handler and that another has not asked for. */
    enum Hidden {
        /** The document after an update; insert and replace always carry theirs. */
        LOOKED_UP,
        /** The document before the change. */
        BEFORE
    }

    private final Decoding<T> decoding;
    private final Set<Hidden> hidden;
    private final boolean wholeEvent;

    Payload(Decoding<T> decoding, Set<Hidden> hidden, boolean wholeEvent) {
        this.decoding = decoding;
        this.hidden = hidden.isEmpty() ? EnumSet.noneOf(Hidden.class) : EnumSet.copyOf(hidden);
        this.wholeEvent = wholeEvent;
    }

    Decoding<T> decoding() {
        return decoding;
    }

    boolean hides(Hidden document) {
        return hidden.contains(document);
    }

    boolean hidesAny() {
        return !hidden.isEmpty();
    }

    /** Whether an own pipeline leaves no {@code fullDocument}, so that the event itself is the payload. */
    boolean isWholeEvent() {
        return wholeEvent;
    }

    /** The type's name. */
    @Override
    public String toString() {
        return decoding.toString();
    }
}
