package dev.onchange.engine;

import org.bson.BsonDocument;
import org.bson.BsonTimestamp;

/** Where the user wants a handler to start, whatever its kept position. */
public sealed interface RequestedStart {

    /** After a token, as the server's {@code resumeAfter}. */
    record ResumeToken(BsonDocument token) implements RequestedStart {}

    /** After a token, as the server's {@code startAfter}. */
    record StartToken(BsonDocument token) implements RequestedStart {}

    /** With the first change of this time or later. */
    record Time(BsonTimestamp clusterTime) implements RequestedStart {}
}
