package dev.onchange;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.client.model.changestream.UpdateDescription;
import java.time.Instant;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One change, as the server reported it, with its documents decoded to {@code T} when they are asked for.
 *
 * <p>Immutable, safe to keep and to use from any thread. Fields that the server did not send are null. A document is
 * decoded once per type, for all handlers and all attempts: whoever wants to change it makes a copy.
 *
 * @param <T> the payload type
 * @see <a href="https://www.mongodb.com/docs/manual/reference/change-events/">Change events, in the server's manual</a>
 */
public interface ChangeEvent<T> {

    /** The event's {@code _id}: with it a stream can go on after this change. */
    BsonDocument resumeToken();

    /** The operation; {@link OperationType#OTHER} for one that the driver does not know. */
    OperationType operation();

    /** The operation's name as the server gave it, unknown ones included; empty if a pipeline removed it. */
    String operationName();

    /** Whether this is a document that a snapshot has read, and no change. */
    default boolean isSnapshot() {
        return operationName().equals("snapshot");
    }

    /** Where it happened: null for {@code invalidate} and, as there is no collection, for {@code dropDatabase}. */
    @Nullable
    MongoNamespace namespace();

    /** The database in which it happened; null for {@code invalidate}. */
    @Nullable
    String databaseName();

    /** For {@code rename}: the new name. */
    @Nullable
    MongoNamespace destinationNamespace();

    /** The {@code _id} of the document and, if sharded, its shard key. */
    @Nullable
    BsonDocument documentKey();

    /**
     * The document after the change: null for deletes, for updates unless asked for, and if the document was deleted
     * before the server looked it up. With an own pipeline that leaves no {@code fullDocument}: the whole event.
     *
     * @throws PayloadException if the codecs cannot decode it to {@code T}
     */
    @Nullable
    T fullDocument();

    /**
     * The document before the change, if asked for and kept by the server.
     *
     * @throws PayloadException if the codecs cannot decode it to {@code T}
     */
    @Nullable
    T fullDocumentBeforeChange();

    /** For {@code update}: what changed. */
    @Nullable
    UpdateDescription updateDescription();

    /** The time of the oplog entry; changes of one transaction share it. */
    @Nullable
    BsonTimestamp clusterTime();

    /** The server's clock at the change, in milliseconds (server 6.0+). */
    @Nullable
    Instant wallTime();

    /** The collection's UUID (with expanded events). */
    @Nullable
    UUID collectionUuid();

    /** The transaction that made the change; null outside transactions. */
    @Nullable
    TransactionId transaction();

    /** The whole event, unknown fields included, but without documents that the handler has not asked for. */
    RawBsonDocument raw();

    /**
     * Identifies a transaction.
     *
     * @param lsid the logical session
     * @param txnNumber the number within it
     */
    record TransactionId(BsonDocument lsid, long txnNumber) {}
}
