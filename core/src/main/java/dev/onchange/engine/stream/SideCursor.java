package dev.onchange.engine.stream;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.DocumentOptions;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import reactor.core.publisher.Mono;

/** Reads, with a cursor of its own, one event that a stream's cursor cannot deliver. */
final class SideCursor {

    private static final BsonDocument NO_DOCUMENTS =
            BsonDocument.parse("{$project: {_id: 1, operationType: 1, ns: 1, documentKey: 1, clusterTime: 1}}");
    private static final int BATCH_SIZE = 1000;

    private final StreamPlan plan;
    private final Cursors cursors;

    SideCursor(StreamPlan plan, Cursors cursors) {
        this.plan = plan;
        this.cursors = cursors;
    }

    /**
     * The next event of the stream, without its documents. The stream's own filter chooses it, unless that needs the
     * whole event and so fails as well: then the next event of all.
     */
    Mono<RawBsonDocument> tooLarge(CursorStart cursorStart) {
        List<BsonDocument> stages = new ArrayList<>(plan.pipeline());
        stages.add(NO_DOCUMENTS);
        return first(plan, stages, cursorStart)
                .onErrorResume(
                        error -> StreamFailure.of(error) instanceof StreamFailure.TooLarge,
                        error -> first(withoutImages(), List.of(NO_DOCUMENTS), cursorStart));
    }

    /**
     * The token of the next {@code invalidate}; empty if the server ends the cursor without one. Chosen here, for a
     * filter of the server's would leave out the event that the cursor is to go on from.
     */
    Mono<BsonDocument> invalidation(CursorStart cursorStart) {
        return cursors.read(withoutImages(), List.of(NO_DOCUMENTS), cursorStart, BATCH_SIZE)
                .concatMapIterable(EventBatch::events, 1)
                .map(RawBsonDocument::new)
                .filter(event -> event.getString("operationType").getValue().equals("invalidate"))
                .next()
                .map(event -> event.getDocument("_id"));
    }

    private Mono<RawBsonDocument> first(StreamPlan of, List<BsonDocument> stages, CursorStart cursorStart) {
        return cursors.read(of, stages, cursorStart, 1).next().map(SideCursor::first);
    }

    private StreamPlan withoutImages() {
        DocumentOptions documents = new DocumentOptions(
                FullDocument.DEFAULT,
                FullDocumentBeforeChange.DEFAULT,
                plan.documents().expandedEvents());
        return new StreamPlan(
                plan.name(), plan.scope(), documents, List.of(), plan.fingerprint(), plan.handlers(), plan.reason());
    }

    private static RawBsonDocument first(EventBatch batch) {
        return new RawBsonDocument(batch.events().get(0));
    }
}
