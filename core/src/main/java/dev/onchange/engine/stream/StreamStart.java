package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import org.bson.BsonDocument;

/** Where a stream begins. */
public sealed interface StreamStart {

    /**
     * After a kept position: by its token if the plan's fingerprint is the same, else by its time, without the events
     * up to it.
     */
    record After(Position position) implements StreamStart {}

    /** At the oldest entry of the oplog. */
    record Earliest() implements StreamStart {}

    /** After a token, with the server's {@code resumeAfter}, which refuses the token of an {@code invalidate}. */
    record ResumeAfter(BsonDocument token) implements StreamStart {}

    /** After a token, with the server's {@code startAfter}, which takes the token of an {@code invalidate} too. */
    record StartAfter(BsonDocument token) implements StreamStart {}
}
