package dev.onchange.engine.decode;

import com.mongodb.MongoClientSettings;
import dev.onchange.engine.stream.RawChange;
import org.bson.RawBsonDocument;

/** Hand-made changes. */
final class Changes {

    private Changes() {}

    static EventDecoder decoder() {
        return new EventDecoder(MongoClientSettings.getDefaultCodecRegistry());
    }

    static RawChange raw(String json) {
        return new RawChange(RawBsonDocument.parse(json), "fingerprint");
    }

    /** An insert of this document. */
    static RawChange insert(String document) {
        return raw("{_id: {_data: '82'}, operationType: 'insert', ns: {db: 'shop', coll: 'items'},"
                + " documentKey: {_id: 1}, fullDocument: " + document + "}");
    }

    /** An update with all documents that a stream can attach. */
    static RawChange update() {
        return raw("""
                {_id: {_data: '83'}, operationType: 'update', ns: {db: 'shop', coll: 'items'}, documentKey: {_id: 1},
                 fullDocument: {_id: 1, qty: 2}, fullDocumentBeforeChange: {_id: 1, qty: 3},
                 updateDescription: {updatedFields: {qty: 2}, removedFields: [], truncatedArrays: []}, last: true}""");
    }
}
