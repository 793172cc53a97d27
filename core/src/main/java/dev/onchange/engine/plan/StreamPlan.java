package dev.onchange.engine.plan;

import com.mongodb.client.model.Collation;
import dev.onchange.PlannedStream;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One change stream to open.
 *
 * @param name unique in its plan and the same at every start with the same handlers; for messages and status
 * @param scope the collection, database or deployment that it watches
 * @param documents the options of the stream; a handler may have asked for less, see {@link PlannedHandler}
 * @param pipeline the stages that the server applies
 * @param fingerprint changes whenever a token of the one stream might not resume the other: computed from scope,
 *     options and pipeline
 * @param handlers the handlers that it feeds; at least one
 * @param reason why it is a stream of its own, one or two sentences
 */
public record StreamPlan(
        String name,
        WatchedScope scope,
        DocumentOptions documents,
        List<BsonDocument> pipeline,
        String fingerprint,
        List<PlannedHandler> handlers,
        String reason) {

    public StreamPlan {
        pipeline = List.copyOf(pipeline);
        handlers = List.copyOf(handlers);
    }

    /** Whether the listeners themselves read the current documents of updates for some of the handlers. */
    public boolean looksUp() {
        return handlers.stream().anyMatch(handler -> handler.needsLookUp(documents));
    }

    /** By which the server compares strings; null for byte by byte. A handler that has one has the stream alone. */
    public @Nullable Collation collation() {
        return handlers.size() == 1 ? handlers.get(0).spec().stream().collation() : null;
    }

    /** What the server's logs and profiler show: the stream's name and what its handlers say. */
    public String comment() {
        return Stream.concat(
                        Stream.of("onchange " + name),
                        handlers.stream()
                                .map(handler -> handler.spec().stream().comment())
                                .filter(comment -> !comment.isEmpty())
                                .distinct())
                .collect(Collectors.joining("; "));
    }

    /**
     * The same without the classes and objects of the handlers, for what lasts as long as the stream: handlers leave it before it
     * ends, and the classes of those that a plug-in had must be collected.
     */
    public StreamPlan withoutClasses() {
        List<PlannedHandler> named = handlers.stream()
                .map(handler -> new PlannedHandler(handler.spec().withoutClasses(), handler.match()))
                .toList();
        return new StreamPlan(name, scope, documents, pipeline, fingerprint, named, reason);
    }

    PlannedStream view() {
        List<String> ids = handlers.stream().map(handler -> handler.spec().id()).toList();
        return new PlannedStream(name, scope.toString(), pipeline, fingerprint, ids, reason, toString());
    }

    /** Scope, options, pipeline and handlers, for people. */
    @Override
    public String toString() {
        return PlanText.of(this);
    }
}
