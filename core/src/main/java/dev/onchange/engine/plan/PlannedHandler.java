package dev.onchange.engine.plan;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Scope;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.HandlerSpec;
import org.jspecify.annotations.Nullable;

/**
 * A handler in its stream.
 *
 * @param spec the handler as it was declared
 * @param match the filter to test in process for each event of the right operation and namespace; null if there is none
 *     or the server has tested it
 */
public record PlannedHandler(HandlerSpec spec, @Nullable Match match) {

    /**
     * Whether every event of the stream is the handler's, operation and namespace untested: it has its own pipeline,
     * which may have removed both, and the server has tested them.
     */
    public boolean takesAll() {
        return !spec.pipeline().isEmpty();
    }

    /** Whether the server tests the filter, as only it can. */
    public boolean isAnsweredByServer() {
        return match == null && !spec.match().isEmpty();
    }

    /**
     * Whether events with this operation are the handler's, as far as the operation goes.
     *
     * <p>Where the server answers the filter, it lets {@code invalidate} through unasked, as the stream would otherwise
     * end without an error; only a handler that names it receives it then.
     */
    public boolean takes(String operation) {
        if (takesAll()) {
            return true;
        }
        if (spec.operations().isEmpty()) {
            return !operation.equals("invalidate")
                    || match != null
                    || spec.match().isEmpty();
        }
        return spec.operations().contains(operation);
    }

    /** Why the handler cannot be given the documents that exist; null if it can. */
    public @Nullable String hindranceOfSnapshot() {
        if (takesAll() || isAnsweredByServer()) {
            return "only the server can tell which documents it wants";
        }
        if (spec.watched().scope() == Scope.DEPLOYMENT) {
            return "it watches the whole deployment";
        }
        return takes("snapshot") ? null : "its operation is " + spec.operations() + ", without snapshot";
    }

    /**
     * Whether the handler wants the current document of an update, and the stream does not bring it.
     *
     * @param server the options of the stream
     */
    public boolean needsLookUp(DocumentOptions server) {
        return spec.documents().fullDocument() == FullDocument.UPDATE_LOOKUP
                && server.fullDocument() != FullDocument.UPDATE_LOOKUP;
    }

    /**
     * Whether the stream brings a {@code fullDocument} with updates, for other handlers, that this handler is not to
     * see.
     *
     * @param server the options of the stream
     */
    public boolean hidesFullDocument(DocumentOptions server) {
        return spec.documents().fullDocument() == FullDocument.DEFAULT && server.fullDocument() != FullDocument.DEFAULT;
    }

    /**
     * Whether the stream brings a {@code fullDocumentBeforeChange}, for other handlers, that this handler is not to
     * see.
     *
     * @param server the options of the stream
     */
    public boolean hidesFullDocumentBeforeChange(DocumentOptions server) {
        return isOff(spec.documents().fullDocumentBeforeChange()) && !isOff(server.fullDocumentBeforeChange());
    }

    private static boolean isOff(FullDocumentBeforeChange mode) {
        return mode == FullDocumentBeforeChange.DEFAULT || mode == FullDocumentBeforeChange.OFF;
    }
}
