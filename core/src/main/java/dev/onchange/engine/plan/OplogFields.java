package dev.onchange.engine.plan;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * Fields that the events of transactions have, and the entries of the oplog for all retryable writes. Seen on 6.0.5: a stream asks
 * a leading filter of the entry first, and so {@code {lsid: null}} is true of no such write.
 */
final class OplogFields {

    private static final List<String> NAMES = List.of("lsid", "txnNumber");

    /** Changes nothing; what stands after it is asked of the event. */
    static final BsonDocument BARRIER = new BsonDocument("$replaceWith", new BsonString("$$ROOT"));

    private OplogFields() {}

    static List<String> names() {
        return NAMES;
    }

    static boolean mayName(BsonDocument document) {
        String json = document.toJson();
        return NAMES.stream().anyMatch(json::contains);
    }
}
