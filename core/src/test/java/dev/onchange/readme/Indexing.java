package dev.onchange.readme;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.HistoryLost;
import dev.onchange.OnChange;
import dev.onchange.StartFrom;
import dev.onchange.status.ListenerEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
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

    private final Map<BsonDocument, BsonTimestamp> givenAt = new ConcurrentHashMap<>();

    ChangeListeners start(MongoClient client) {
        return ChangeListeners.builder(client)
                .database("shop")
                .handlers(this)
                .onHistoryLost(HistoryLost.SNAPSHOT)
                .listener(this::removeDeleted)
                .start();
    }

    void removeDeleted(ListenerEvent event) {
        if (event instanceof ListenerEvent.SnapshotCompleted snapshot && snapshot.since() != null) {
            givenAt.entrySet().removeIf(entry -> entry.getValue().compareTo(snapshot.since()) < 0);
        }
    }

    static void again(ChangeListeners listeners) {
        listeners.snapshot("indexer");
        listeners.snapshot("indexer", "{ 'fullDocument.qty': { $lt: 10 } }");
    }
}
