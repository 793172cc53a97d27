package dev.onchange;

import java.util.List;
import org.bson.BsonDocument;

/**
 * What a user reads in a {@link Plan} about one change stream.
 *
 * @param name unique in its plan and the same at every start with the same handlers, as in the status
 * @param scope what it watches: {@code shop.inventory}, {@code shop.*}, or {@code *}
 * @param pipeline the stages that the server applies
 * @param fingerprint changes whenever a token of the one stream might not resume the other, as in a position
 * @param handlerIds the handlers that it feeds; at least one
 * @param reason why it is a stream of its own, one or two sentences
 * @param description scope, options, pipeline and handlers, line by line
 */
public record PlannedStream(
        String name,
        String scope,
        List<BsonDocument> pipeline,
        String fingerprint,
        List<String> handlerIds,
        String reason,
        String description) {

    public PlannedStream {
        pipeline = List.copyOf(pipeline);
        handlerIds = List.copyOf(handlerIds);
    }

    /** The description, for people. */
    @Override
    public String toString() {
        return description;
    }
}
