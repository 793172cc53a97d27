package dev.onchange.readme;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.StartFrom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.Document;

/** What the page on snapshots shows. */
final class Indexing {

    private final Map<BsonDocument, Document> index = new ConcurrentHashMap<>();

    @OnChange(
            collection = "inventory",
            operation = {"snapshot", "insert", "update", "replace", "delete"},
            fullDocument = FullDocument.UPDATE_LOOKUP,
            startFrom = StartFrom.SNAPSHOT)
    void index(ChangeEvent<Document> change) {
        if (change.fullDocument() == null) {
            index.remove(change.documentKey());
        } else {
            index.put(change.documentKey(), change.fullDocument());
        }
    }

    static void again(ChangeListeners listeners) {
        listeners.snapshot("indexer");
        listeners.snapshot("indexer", "{ 'fullDocument.qty': { $lt: 10 } }");
    }
}
