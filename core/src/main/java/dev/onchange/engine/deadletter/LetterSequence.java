package dev.onchange.engine.deadletter;

import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore.BlockedKey;
import dev.onchange.engine.bson.ChangeKey;
import java.util.List;
import org.bson.BsonDocument;

/** The letters of one document for one handler, which are replayed in order. */
public record LetterSequence(String handlerId, ChangeKey key) {

    /** The sequence that a letter belongs to; none if the letter concerns no single document. */
    public static List<LetterSequence> of(DeadLetter letter) {
        BsonDocument key = letter.key();
        return key == null ? List.of() : List.of(new LetterSequence(letter.handlerId(), ChangeKey.of(key)));
    }

    public static LetterSequence of(BlockedKey key) {
        return new LetterSequence(key.handlerId(), ChangeKey.of(key.key()));
    }

    DeadLetterFilter letters() {
        return DeadLetterFilter.ofHandler(handlerId).key(key.toDocument());
    }
}
