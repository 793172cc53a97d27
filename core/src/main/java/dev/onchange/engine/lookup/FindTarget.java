package dev.onchange.engine.lookup;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.stream.RawChange;
import java.util.List;
import java.util.UUID;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What one query reads: documents of one collection, by keys of the same fields.
 *
 * @param collection its identity; null if the events do not tell
 * @param shardKey the fields of the keys besides {@code _id}, as a sharded collection has them
 */
record FindTarget(String database, String name, @Nullable UUID collection, List<String> shardKey) {

    private static final String ID = "_id";

    static FindTarget of(RawChange change, RawBsonDocument key) {
        String database = change.database();
        String name = change.collection();
        if (database == null || name == null) {
            throw new IllegalStateException("An update names no collection: " + change.document());
        }
        // Counted where it lies: the driver would read the key as a map.
        List<String> fields = Raw.count(RawBytes.array(key), RawBytes.offset(key)) == 1
                ? List.of()
                : key.keySet().stream().filter(field -> !field.equals(ID)).toList();
        return new FindTarget(database, name, change.collectionUuid(), fields);
    }
}
