package dev.onchange.engine.decode;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.SplitEvent;
import dev.onchange.ChangeEvent;
import java.time.Instant;
import java.util.Set;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** From an event to the driver's type: what the driver's codec would read, with documents that are decoded already. */
final class DriverDocument {

    // The properties of the driver's ChangeStreamDocument; its codec puts all other fields into extraElements.
    private static final Set<String> PROPERTIES = Set.of(
            "_id",
            "operationType",
            "ns",
            "nsType",
            "to",
            "fullDocument",
            "fullDocumentBeforeChange",
            "documentKey",
            "clusterTime",
            "updateDescription",
            "txnNumber",
            "lsid",
            "wallTime",
            "splitEvent");

    private DriverDocument() {}

    static <T> ChangeStreamDocument<T> of(ChangeEvent<T> event) {
        Fields fields = new Fields(event.raw());
        return new ChangeStreamDocument<>(
                fields.string("operationType"),
                event.resumeToken(),
                fields.document("ns"),
                fields.string("nsType"),
                fields.document("to"),
                event.fullDocument(),
                event.fullDocumentBeforeChange(),
                event.documentKey(),
                fields.timestamp("clusterTime"),
                event.updateDescription(),
                number(fields.integer("txnNumber")),
                fields.document("lsid"),
                time(event.wallTime()),
                splitEvent(fields.document("splitEvent")),
                extraElements(fields));
    }

    private static @Nullable BsonInt64 number(@Nullable Long value) {
        return value == null ? null : new BsonInt64(value);
    }

    private static @Nullable BsonDateTime time(@Nullable Instant value) {
        return value == null ? null : new BsonDateTime(value.toEpochMilli());
    }

    private static @Nullable SplitEvent splitEvent(@Nullable RawBsonDocument found) {
        if (found == null) {
            return null;
        }
        Long fragment = new Fields(found).integer("fragment");
        Long of = new Fields(found).integer("of");
        return fragment == null || of == null ? null : new SplitEvent(fragment.intValue(), of.intValue());
    }

    private static @Nullable BsonDocument extraElements(Fields fields) {
        BsonDocument rest = null;
        for (String name : fields.names()) {
            if (!PROPERTIES.contains(name)) {
                rest = rest == null ? new BsonDocument() : rest;
                rest.put(name, fields.document().get(name));
            }
        }
        return rest;
    }
}
