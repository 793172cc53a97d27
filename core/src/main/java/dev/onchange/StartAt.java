package dev.onchange;

import org.bson.BsonDocument;
import org.bson.BsonTimestamp;

/** Where the user wants a handler to start, whatever its kept position. */
sealed interface StartAt {

    /** After a token, as the server's {@code resumeAfter}. */
    record ResumeToken(BsonDocument token) implements StartAt {}

    /** After a token, as the server's {@code startAfter}. */
    record StartToken(BsonDocument token) implements StartAt {}

    /** With the first change of this time or later. */
    record Time(BsonTimestamp clusterTime) implements StartAt {}
}
