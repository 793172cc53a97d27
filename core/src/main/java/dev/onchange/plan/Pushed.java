package dev.onchange.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.match.Match;
import dev.onchange.scan.DocumentOptions;
import java.util.Set;
import org.bson.BsonDocument;

/**
 * Chooses what of a handler's filter the server may test too. It cannot fail there, for that would end the stream for
 * all its handlers, and does not read what the server attaches: that may be another document, or none, when a stream is
 * resumed, and the resume token's own event would no longer be found (error 280). Nor what the server would look up in
 * the oplog, where it is something else.
 */
final class Pushed {

    /** The only operation whose {@code fullDocument} is not part of the oplog. */
    private static final String UPDATE = "update";

    private Pushed() {}

    /**
     * A filter that lets through whatever the handler's own does; empty if that is everything.
     *
     * @param server what the stream asks the server for
     */
    static BsonDocument of(Candidate handler, DocumentOptions server) {
        Match match = handler.match();
        if (match == null) {
            return new BsonDocument();
        }
        if (isAttachedLater(handler, server)) {
            match = without(match, "fullDocument");
        }
        if (server.fullDocumentBeforeChange() != FullDocumentBeforeChange.DEFAULT) {
            match = without(match, "fullDocumentBeforeChange");
        }
        for (String field : OplogFields.names()) {
            match = match.fields().contains(field) ? match.without(field) : match;
        }
        if (!match.pushable()) {
            // an empty name is no field: only what can fail is left out
            match = match.without("");
        }
        return match.pushable() ? match.streamFilter() : new BsonDocument();
    }

    private static boolean isAttachedLater(Candidate handler, DocumentOptions server) {
        Set<String> operations = handler.spec().operations();
        boolean takesUpdates = operations.isEmpty() || operations.contains(UPDATE);
        return takesUpdates
                && (server.fullDocument() != FullDocument.DEFAULT
                        || handler.spec().documents().fullDocument() != FullDocument.DEFAULT);
    }

    private static Match without(Match match, String field) {
        return match.reads(field) ? match.without(field) : match;
    }
}
