package dev.onchange.engine.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.LookUp;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.HandlerSpec;
import java.util.List;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A handler with its parsed filter and pipeline.
 *
 * @param spec the handler as it was declared
 * @param filter its filter and its own pipeline
 */
record ParsedHandler(HandlerSpec spec, ParsedFilter filter) {

    /** Its filter, parsed; null for none. */
    @Nullable
    Match match() {
        return filter.match();
    }

    /** Its own pipeline, parsed; empty for none. */
    List<BsonDocument> stages() {
        return filter.stages();
    }

    /** Whether the server tests the filter and the events are for this handler alone. */
    boolean answeredByServer() {
        return !stages().isEmpty() || spec.stream().collation() != null || (match() != null && !match().inProcess());
    }

    boolean names(String operation) {
        return spec.operations().contains(operation);
    }

    /** The options of a stream that gives the handler the documents it asks for. */
    DocumentOptions server(LookUp lookUp) {
        DocumentOptions wanted = spec.documents();
        boolean lookedUpHere =
                lookUp == LookUp.CLIENT && wanted.fullDocument() == FullDocument.UPDATE_LOOKUP && !answeredByServer();
        FullDocumentBeforeChange before = wanted.fullDocumentBeforeChange();
        return new DocumentOptions(
                lookedUpHere ? FullDocument.DEFAULT : wanted.fullDocument(),
                // the server's default; servers before 6.0 know neither
                before == FullDocumentBeforeChange.OFF ? FullDocumentBeforeChange.DEFAULT : before,
                wanted.expandedEvents());
    }

    PlannedHandler planned() {
        return new PlannedHandler(spec, answeredByServer() ? null : match());
    }
}
