package dev.onchange.engine.scan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Scope;
import java.util.Objects;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/**
 * What the server is to attach to events, and which events it reports.
 *
 * @param fullDocument the document after an update
 * @param fullDocumentBeforeChange the document before the change
 * @param expandedEvents whether {@code create}, {@code createIndexes}, {@code modify} and the like are reported
 */
public record DocumentOptions(
        FullDocument fullDocument, FullDocumentBeforeChange fullDocumentBeforeChange, boolean expandedEvents) {

    /** These as the options of the server's {@code $changeStream} stage; new at each call. */
    public BsonDocument toStageOptions(WatchedScope scope) {
        BsonDocument options = new BsonDocument();
        if (fullDocument != FullDocument.DEFAULT) {
            options.append("fullDocument", new BsonString(fullDocument.getValue()));
        }
        if (fullDocumentBeforeChange != FullDocumentBeforeChange.DEFAULT) {
            options.append("fullDocumentBeforeChange", new BsonString(fullDocumentBeforeChange.getValue()));
        }
        if (expandedEvents) {
            options.append("showExpandedEvents", BsonBoolean.TRUE);
        }
        if (scope.scope() == Scope.DEPLOYMENT) {
            options.append("allChangesForCluster", BsonBoolean.TRUE);
        }
        return options;
    }

    // By hand, see D69.
    @Override
    public int hashCode() {
        return Objects.hash(fullDocument, fullDocumentBeforeChange, expandedEvents);
    }
}
