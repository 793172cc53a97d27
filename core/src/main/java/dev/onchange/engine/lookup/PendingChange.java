package dev.onchange.engine.lookup;

import dev.onchange.engine.stream.RawChange;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A change that has come from the stream.
 *
 * @param key of the document that is to be looked up; null for none
 */
record PendingChange(RawChange change, @Nullable RawBsonDocument key) {

    int size() {
        return change.size();
    }
}
