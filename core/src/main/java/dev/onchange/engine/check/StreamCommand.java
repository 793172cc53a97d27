package dev.onchange.engine.check;

import com.mongodb.client.model.Collation;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Scope;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** The {@code aggregate} that opens a change stream, as the driver would send it. */
record StreamCommand(String database, BsonDocument command) {

    private static final DocumentOptions NONE =
            new DocumentOptions(FullDocument.DEFAULT, FullDocumentBeforeChange.DEFAULT, false);

    /** A stream without options and stages, which shows whether the account may open it. */
    static StreamCommand plain(WatchedScope scope) {
        return of(scope, NONE, List.of());
    }

    /** A planned stream. */
    static StreamCommand of(StreamPlan stream) {
        StreamCommand planned = of(stream.scope(), stream.documents(), stream.pipeline());
        Collation collation = stream.collation();
        if (collation != null) {
            planned.command.append("collation", collation.asDocument());
        }
        return planned;
    }

    static StreamCommand of(WatchedScope scope, DocumentOptions documents, List<BsonDocument> pipeline) {
        return of(scope, documents.toStageOptions(scope), pipeline);
    }

    /** One event from a time on, at most: the server looks into its oplog at once, which it does not without events. */
    static StreamCommand from(WatchedScope scope, BsonTimestamp time, long maxMillis) {
        StreamCommand plain = of(scope, NONE.toStageOptions(scope).append("startAtOperationTime", time), List.of());
        plain.command.getDocument("cursor").put("batchSize", new BsonInt32(1));
        plain.command.append("maxTimeMS", new BsonInt64(maxMillis));
        return plain;
    }

    private static StreamCommand of(WatchedScope scope, BsonDocument options, List<BsonDocument> pipeline) {
        BsonValue target = scope.scope() == Scope.COLLECTION ? new BsonString(scope.collection()) : new BsonInt32(1);
        BsonArray stages = new BsonArray(List.of(new BsonDocument("$changeStream", options)));
        stages.addAll(pipeline);
        return new StreamCommand(
                scope.scope() == Scope.DEPLOYMENT ? "admin" : scope.database(),
                new BsonDocument("aggregate", target)
                        .append("pipeline", stages)
                        .append("cursor", new BsonDocument("batchSize", new BsonInt32(0))));
    }
}
