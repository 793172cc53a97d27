package dev.onchange.engine.decode;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.SplitEvent;
import com.mongodb.client.model.changestream.UpdateDescription;
import dev.onchange.ChangeEvent;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonTimestamp;
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

    /** Found when the class is loaded, since drivers before 5.6 have another: theirs takes no {@code nsType}. */
    private static final MethodHandle CONSTRUCTOR;

    private static final boolean TAKES_NS_TYPE;

    private static final int NS_TYPE = 3;

    static {
        MethodType parameters = MethodType.methodType(
                void.class,
                String.class,
                BsonDocument.class,
                BsonDocument.class,
                String.class,
                BsonDocument.class,
                Object.class,
                Object.class,
                BsonDocument.class,
                BsonTimestamp.class,
                UpdateDescription.class,
                BsonInt64.class,
                BsonDocument.class,
                BsonDateTime.class,
                SplitEvent.class,
                BsonDocument.class);
        MethodHandle constructor = constructor(parameters);
        TAKES_NS_TYPE = constructor != null;
        CONSTRUCTOR = constructor != null
                ? constructor
                : MethodHandles.dropArguments(
                        Objects.requireNonNull(constructor(parameters.dropParameterTypes(NS_TYPE, NS_TYPE + 1))),
                        NS_TYPE,
                        String.class);
    }

    private DriverDocument() {}

    private static @Nullable MethodHandle constructor(MethodType parameters) {
        try {
            return MethodHandles.publicLookup().findConstructor(ChangeStreamDocument.class, parameters);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    static <T> ChangeStreamDocument<T> of(ChangeEvent<T> event) {
        try {
            return create(event);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e); // the constructor declares none
        }
    }

    @SuppressWarnings("unchecked") // of the documents that are passed
    private static <T> ChangeStreamDocument<T> create(ChangeEvent<T> event) throws Throwable {
        Fields fields = new Fields(event.raw());
        return (ChangeStreamDocument<T>) CONSTRUCTOR.invoke(
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
            if (!PROPERTIES.contains(name) || (!TAKES_NS_TYPE && name.equals("nsType"))) {
                rest = rest == null ? new BsonDocument() : rest;
                rest.put(name, fields.document().get(name));
            }
        }
        return rest;
    }
}
