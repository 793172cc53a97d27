package dev.onchange.check;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Scope;
import dev.onchange.scan.DocumentOptions;
import dev.onchange.scan.Watched;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/** The {@code aggregate} that opens a change stream, as the driver would send it. */
record StreamCommand(String database, BsonDocument command) {

    /** A stream without options or stages: whether the account may open it says nothing but that. */
    static StreamCommand plain(Watched scope) {
        return of(scope, new BsonDocument(), List.of());
    }

    static StreamCommand of(Watched scope, DocumentOptions documents, List<BsonDocument> pipeline) {
        BsonDocument options = new BsonDocument();
        if (documents.fullDocument() != FullDocument.DEFAULT) {
            options.append(
                    "fullDocument", new BsonString(documents.fullDocument().getValue()));
        }
        if (documents.fullDocumentBeforeChange() != FullDocumentBeforeChange.DEFAULT) {
            options.append(
                    "fullDocumentBeforeChange",
                    new BsonString(documents.fullDocumentBeforeChange().getValue()));
        }
        if (documents.expandedEvents()) {
            options.append("showExpandedEvents", BsonBoolean.TRUE);
        }
        return of(scope, options, pipeline);
    }

    /** One event from a time on, at most: the server looks into its oplog at once, which it does not without events. */
    static StreamCommand from(Watched scope, BsonTimestamp time, long maxMillis) {
        StreamCommand plain = of(scope, new BsonDocument("startAtOperationTime", time), List.of());
        plain.command.getDocument("cursor").put("batchSize", new BsonInt32(1));
        plain.command.append("maxTimeMS", new org.bson.BsonInt64(maxMillis));
        return plain;
    }

    private static StreamCommand of(Watched scope, BsonDocument options, List<BsonDocument> pipeline) {
        boolean deployment = scope.scope() == Scope.DEPLOYMENT;
        if (deployment) {
            options.append("allChangesForCluster", BsonBoolean.TRUE);
        }
        BsonValue target = scope.scope() == Scope.COLLECTION ? new BsonString(scope.collection()) : new BsonInt32(1);
        BsonArray stages = new BsonArray(List.of(new BsonDocument("$changeStream", options)));
        stages.addAll(pipeline);
        return new StreamCommand(
                deployment ? "admin" : scope.database(),
                new BsonDocument("aggregate", target)
                        .append("pipeline", stages)
                        .append("cursor", new BsonDocument("batchSize", new BsonInt32(0))));
    }
}
