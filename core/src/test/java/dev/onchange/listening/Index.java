package dev.onchange.listening;

import com.mongodb.client.model.changestream.OperationType;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.StartFrom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Keeps what a search index would: the newest version of each document of the collection {@code items}. */
final class Index {

    /** The versions of each document, in the order in which they were given; -1 for a deletion. */
    final Map<BsonValue, List<Long>> given = new ConcurrentHashMap<>();

    final Map<BsonValue, Long> versions = new ConcurrentHashMap<>();
    final List<String> operations = new CopyOnWriteArrayList<>();
    volatile long snapshots;

    @OnChange(id = "index", collection = "items", startFrom = StartFrom.SNAPSHOT, concurrency = 4)
    void index(ChangeEvent<BsonDocument> change) {
        BsonDocument key = change.documentKey();
        if (key == null) {
            operations.add(change.operationName());
            return;
        }
        BsonValue id = key.get("_id");
        if (change.isSnapshot()) {
            synchronized (this) {
                snapshots++;
            }
        }
        long version = change.operation() == OperationType.DELETE ? -1 : version(change);
        given.computeIfAbsent(id, any -> new CopyOnWriteArrayList<>()).add(version);
        if (version < 0) {
            versions.remove(id);
        } else {
            versions.put(id, version);
        }
    }

    private static long version(ChangeEvent<BsonDocument> change) {
        BsonDocument document = change.fullDocument();
        if (document != null) {
            return document.getInt64("version").getValue();
        }
        return change.updateDescription().getUpdatedFields().getInt64("version").getValue();
    }
}
