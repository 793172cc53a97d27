package dev.onchange.generated;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.ResumeToken;
import java.util.Collections;
import java.util.List;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** All that a handler's parameters can receive in one call; what a method does not take is not computed. */
public interface CallArguments {

    /** The change. */
    ChangeEvent<?> event();

    /** The change as the driver's own type. */
    ChangeStreamDocument<?> driverDocument();

    /** The document after the change. */
    @Nullable
    Object payload();

    /** What an update changed; null for other operations. */
    @Nullable
    UpdateDescription updateDescription();

    /** The changes of a batch. */
    default List<ChangeEvent<?>> events() {
        return List.of(event());
    }

    /** The changes of a batch as the driver's own type. */
    default List<ChangeStreamDocument<?>> driverDocuments() {
        return List.of(driverDocument());
    }

    /** The documents of a batch, null where a change has none. */
    default List<@Nullable Object> payloads() {
        return Collections.singletonList(payload());
    }

    /** The transaction's session; null outside transactions. */
    @Nullable
    ClientSession session();

    /** Which attempt this is. */
    Attempt attempt();

    /** The operation. */
    default OperationType operation() {
        return event().operation();
    }

    /** Where it happened; null for changes of no single collection. */
    default @Nullable MongoNamespace namespace() {
        return event().namespace();
    }

    /** The time of the oplog's entry; null if a pipeline removed it. */
    default @Nullable BsonTimestamp clusterTime() {
        return event().clusterTime();
    }

    /** The change's token. */
    default ResumeToken resumeToken() {
        return new ResumeToken(event().resumeToken());
    }
}
