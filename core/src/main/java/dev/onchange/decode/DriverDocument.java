package dev.onchange.decode;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.SplitEvent;
import dev.onchange.ChangeEvent;
import java.time.Instant;
import java.util.Set;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/** From an event to the driver's type: what the driver's codec would read, with documents that are decoded already. */
final class DriverDocument {

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

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
                fields.document("documentKey"),
                fields.timestamp("clusterTime"),
                event.updateDescription(),
                number(fields.integer("txnNumber")),
                fields.document("lsid"),
                time(event.wallTime()),
                splitEvent(fields.document("splitEvent")),
                extraElements(event.raw()));
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

    private static @Nullable BsonDocument extraElements(RawBsonDocument event) {
        BsonDocument rest = event.decode(CODEC);
        rest.keySet().removeAll(PROPERTIES);
        return rest.isEmpty() ? null : rest;
    }
}
