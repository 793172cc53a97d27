package dev.onchange.engine.lookup;

import dev.onchange.engine.stream.RawChange;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A change that can be emitted.
 *
 * @param lookedUp whether a document belongs to it
 * @param document that one; null if it is gone. It may be shared with other changes of the same document, and is copied
 *     only when this one is emitted
 * @param size how much memory it takes until then
 */
record CompletedChange(
        RawChange change, boolean lookedUp, @Nullable RawBsonDocument document, int size) {

    static CompletedChange withoutDocument(PendingChange pending) {
        return new CompletedChange(pending.change(), false, null, pending.size());
    }

    RawChange toRawChange() {
        return lookedUp ? change.lookedUp(FullDocumentSplice.of(change.document(), document)) : change;
    }
}
