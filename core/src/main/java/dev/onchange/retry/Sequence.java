package dev.onchange.retry;

import dev.onchange.engine.stream.ChangeKey;
import dev.onchange.retry.DeadLetterStore.BlockedKey;
import java.util.List;
import org.bson.BsonDocument;

/** The letters of one document for one handler, which only make sense in order. */
record Sequence(String handlerId, ChangeKey key) {

    /** The one that a letter belongs to; none if it concerns no single document. */
    static List<Sequence> of(DeadLetter letter) {
        BsonDocument key = letter.key();
        return key == null ? List.of() : List.of(new Sequence(letter.handlerId(), ChangeKey.of(key)));
    }

    static Sequence of(BlockedKey key) {
        return new Sequence(key.handlerId(), ChangeKey.of(key.key()));
    }

    DeadLetterFilter letters() {
        return DeadLetterFilter.ofHandler(handlerId).key(key.toDocument());
    }
}
