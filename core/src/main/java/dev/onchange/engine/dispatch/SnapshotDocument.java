package dev.onchange.engine.dispatch;

import dev.onchange.engine.decode.Change;
import dev.onchange.engine.stream.RawChange;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A document that a snapshot has read, for the handlers that take part in it. Decoded when it is first given to one. */
final class SnapshotDocument {

    private final RawChange raw;
    private final Function<RawChange, Change> decoder;
    private @Nullable Change decoded;

    SnapshotDocument(RawChange raw, Function<RawChange, Change> decoder) {
        this.raw = raw;
        this.decoder = decoder;
    }

    RawChange raw() {
        return raw;
    }

    synchronized Change change() {
        Change known = decoded;
        if (known == null) {
            known = decoder.apply(raw);
            decoded = known;
        }
        return known;
    }
}
