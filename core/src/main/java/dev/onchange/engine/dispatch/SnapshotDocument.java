package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.snapshot.SnapshotEvents;
import dev.onchange.engine.stream.RawChange;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A document that a snapshot has read, for the handlers that take part in it. Its event is made when a filter asks for it, or when the
 * document is about to be given to a handler: soon before that reads it, and not thousands of others before. Until then it holds on to the
 * reply that it came in.
 */
final class SnapshotDocument {

    private final SnapshotEvents events;
    private final Function<RawChange, Change> decoder;
    private final long keyHash;
    private final int at;
    private byte @Nullable [] reply;
    private @Nullable RawChange raw;
    private @Nullable Change decoded;

    /** @param at where in the reply it lies */
    SnapshotDocument(SnapshotEvents events, Function<RawChange, Change> decoder, DocumentId key, byte[] reply, int at) {
        this.events = events;
        this.decoder = decoder;
        this.keyHash = events.keyHash(key);
        this.reply = reply;
        this.at = at;
    }

    /** The hash of the event's key. */
    long keyHash() {
        return keyHash;
    }

    synchronized RawChange raw() {
        RawChange known = raw;
        if (known == null) {
            known = events.event(Objects.requireNonNull(reply), at, keyHash);
            raw = known;
            reply = null;
        }
        return known;
    }

    /** Decoded when it is first given to a handler. */
    synchronized Change change() {
        Change known = decoded;
        if (known == null) {
            known = decoder.apply(raw());
            decoded = known;
        }
        return known;
    }
}
