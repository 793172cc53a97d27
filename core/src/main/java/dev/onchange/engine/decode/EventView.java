package dev.onchange.engine.decode;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.client.model.changestream.UpdateDescription;
import dev.onchange.ChangeEvent;
import dev.onchange.engine.decode.Payload.Hidden;
import java.time.Instant;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** One change as the handlers of one {@link Payload} see it. */
final class EventView<T> implements ChangeEvent<T> {

    private final DecodedChange change;
    private final Payload<T> payload;
    private final Documents<T> documents;
    private volatile @Nullable RawBsonDocument visible;

    EventView(DecodedChange change, Payload<T> payload, Documents<T> documents) {
        this.change = change;
        this.payload = payload;
        this.documents = documents;
    }

    Payload<T> payload() {
        return payload;
    }

    Documents<T> documents() {
        return documents;
    }

    @Override
    public BsonDocument resumeToken() {
        return change.raw().token();
    }

    @Override
    public OperationType operation() {
        return OperationType.fromString(change.raw().operation());
    }

    @Override
    public String operationName() {
        return change.raw().operation();
    }

    @Override
    public @Nullable MongoNamespace namespace() {
        return namespace(change.raw().database(), change.raw().collection());
    }

    @Override
    public @Nullable String databaseName() {
        return change.raw().database();
    }

    @Override
    public @Nullable MongoNamespace destinationNamespace() {
        RawBsonDocument to = fields().document("to");
        return to == null ? null : namespace(new Fields(to).string("db"), new Fields(to).string("coll"));
    }

    @Override
    public @Nullable BsonDocument documentKey() {
        return change.raw().documentKey();
    }

    @Override
    public @Nullable T fullDocument() {
        if (payload.isWholeEvent() && fields().document("fullDocument") == null) {
            return documents.wholeEvent();
        }
        return payload.hides(Hidden.LOOKED_UP) && isUpdate() ? null : documents.fullDocument();
    }

    @Override
    public @Nullable T fullDocumentBeforeChange() {
        return payload.hides(Hidden.BEFORE) ? null : documents.fullDocumentBeforeChange();
    }

    @Override
    public @Nullable UpdateDescription updateDescription() {
        return change.updateDescription();
    }

    @Override
    public @Nullable BsonTimestamp clusterTime() {
        return change.raw().clusterTime();
    }

    @Override
    public @Nullable Instant wallTime() {
        return fields().instant("wallTime");
    }

    @Override
    public @Nullable UUID collectionUuid() {
        return fields().uuid("collectionUUID");
    }

    @Override
    public @Nullable TransactionId transaction() {
        RawBsonDocument lsid = fields().document("lsid");
        Long number = fields().integer("txnNumber");
        return lsid == null || number == null ? null : new TransactionId(lsid, number);
    }

    @Override
    public RawBsonDocument raw() {
        if (!payload.hidesAny()) {
            return change.raw().document();
        }
        RawBsonDocument known = visible;
        if (known == null) {
            known = Visible.of(change.raw().document(), payload, isUpdate());
            visible = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return change.toString();
    }

    private boolean isUpdate() {
        return change.raw().operation().equals("update");
    }

    private static @Nullable MongoNamespace namespace(@Nullable String database, @Nullable String collection) {
        return database == null || collection == null ? null : new MongoNamespace(database, collection);
    }

    private Fields fields() {
        return change.fields();
    }
}
