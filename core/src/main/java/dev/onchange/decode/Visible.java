package dev.onchange.decode;

import dev.onchange.decode.Payload.Hidden;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** An event without the documents that its handler has not asked for. */
final class Visible {

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

    private Visible() {}

    static RawBsonDocument of(RawBsonDocument event, Payload<?> payload, boolean update) {
        boolean lookedUp = update && payload.hides(Hidden.LOOKED_UP) && event.containsKey("fullDocument");
        boolean before = payload.hides(Hidden.BEFORE) && event.containsKey("fullDocumentBeforeChange");
        if (!lookedUp && !before) {
            return event;
        }
        BsonDocument copy = event.decode(CODEC);
        if (lookedUp) {
            copy.remove("fullDocument");
        }
        if (before) {
            copy.remove("fullDocumentBeforeChange");
        }
        return new RawBsonDocument(copy, CODEC);
    }
}
