package dev.onchange.plan;

import dev.onchange.scan.DocumentOptions;
import dev.onchange.scan.Watched;
import java.util.List;
import org.bson.BsonDocument;

/**
 * One change stream to open.
 *
 * @param name unique in its plan and the same at every start with the same handlers; for messages and status
 * @param scope what it watches
 * @param documents its options
 * @param pipeline the stages that the server applies
 * @param fingerprint changes whenever a token of the one stream might not resume the other: computed from scope,
 *     options and pipeline
 * @param handlers who is fed; at least one
 * @param reason why it is a stream of its own, one sentence
 */
public record StreamPlan(
        String name,
        Watched scope,
        DocumentOptions documents,
        List<BsonDocument> pipeline,
        String fingerprint,
        List<PlannedHandler> handlers,
        String reason) {

    public StreamPlan {
        pipeline = List.copyOf(pipeline);
        handlers = List.copyOf(handlers);
    }
}
