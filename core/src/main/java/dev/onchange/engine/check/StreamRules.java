package dev.onchange.engine.check;

import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Check;
import java.util.stream.Collectors;

/** Whether the server opens a planned stream, and if not, why and what to do. */
final class StreamRules {

    private static final int NAMESPACE_NOT_FOUND = 26;
    private static final int INVALID_NAMESPACE = 73;
    private static final int VIEW = 166;

    /** In the server's message; its code is the same as for a missing privilege. Seen on 6.0. */
    private static final String NO_CREDENTIALS = "requires authentication";

    private StreamRules() {}

    static Check check(StreamPlan stream, Answer answer) {
        String name = "stream " + stream.name();
        if (answer instanceof Answer.NotNow busy) {
            return Check.failure(name, TransientRetry.what(busy.error()), TransientRetry.todo(busy.error()))
                    .under(ProblemCode.SERVER_UNAVAILABLE);
        }
        if (answer instanceof Answer.NotAllowed refused) {
            return notAllowed(name, stream, refused);
        }
        if (answer instanceof Answer.Failed failed) {
            return failed(name, stream, failed);
        }
        return Check.ok(name, "The server opens it.");
    }

    private static Check notAllowed(String name, StreamPlan stream, Answer.NotAllowed refused) {
        if (refused.why().contains(NO_CREDENTIALS)) {
            return Check.failure(
                            name,
                            "The server opens it for known accounts only, and none is named: " + refused.why() + ".",
                            "Name one in the connection string, as in mongodb://user:password@host/?authSource=admin,"
                                    + " or in the settings of the client.")
                    .under(ProblemCode.ACCESS_REFUSED);
        }
        return Check.failure(
                        name,
                        "The account may not open it: " + refused.why() + ".",
                        "Grant it find and changeStream on " + resource(stream.scope()) + ", for " + handlers(stream)
                                + ".")
                .under(ProblemCode.MISSING_PRIVILEGE);
    }

    private static Check failed(String name, StreamPlan stream, Answer.Failed failed) {
        return switch (failed.code()) {
            case NAMESPACE_NOT_FOUND ->
                Check.warning(
                        name,
                        "Nothing exists there yet, and a sharded cluster opens no stream on that.",
                        "Create the database or collection first.");
            case VIEW, INVALID_NAMESPACE ->
                Check.failure(
                                name,
                                "It cannot be watched: " + failed.why() + ".",
                                "Watch a collection that is no view, no time series and none of the server's own, for "
                                        + handlers(stream) + ".")
                        .under(ProblemCode.STREAM_NOT_OPENED);
            default ->
                Check.failure(
                                name,
                                "The server refuses it with code " + failed.code() + ": " + failed.why() + ".",
                                remedy(stream))
                        .under(ProblemCode.STREAM_NOT_OPENED);
        };
    }

    /** A stream without stages can be refused for its collation. */
    private static String remedy(StreamPlan stream) {
        return stream.pipeline().isEmpty()
                ? "Correct match, pipeline or collation of " + handlers(stream) + "; no stage was sent."
                : "Correct match, pipeline or collation of " + handlers(stream) + "; the stages sent were "
                        + stream.pipeline().stream().map(Object::toString).collect(Collectors.joining(", ")) + ".";
    }

    private static String resource(WatchedScope scope) {
        return switch (scope.scope()) {
            case DEPLOYMENT -> "{db: \"\", collection: \"\"}";
            case DATABASE -> "{db: \"" + scope.database() + "\", collection: \"\"}";
            default -> "{db: \"" + scope.database() + "\", collection: \"" + scope.collection() + "\"}";
        };
    }

    private static String handlers(StreamPlan stream) {
        return stream.handlers().stream()
                .map(handler -> handler.spec().where())
                .distinct()
                .limit(3)
                .collect(Collectors.joining(", "));
    }
}
