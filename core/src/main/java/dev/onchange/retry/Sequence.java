package dev.onchange.retry;

import java.util.List;
import org.bson.BsonDocument;

/** The letters of one document for one handler, which only make sense in order. */
record Sequence(String handlerId, BsonDocument key) {

    /** The one that a letter belongs to; none if it concerns no single document. */
    static List<Sequence> of(DeadLetter letter) {
        BsonDocument key = letter.key();
        return key == null ? List.of() : List.of(new Sequence(letter.handlerId(), key));
    }

    DeadLetterFilter letters() {
        return DeadLetterFilter.ofHandler(handlerId).key(key);
    }
}
