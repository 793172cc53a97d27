package dev.onchange.engine.stream;

import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;
import dev.onchange.HistoryLost;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** Makes the errors of a stream that cannot go on: the cause and the remedy. */
final class StreamErrors {

    private static final Map<Integer, String> REMEDIES = Map.ofEntries(
            Map.entry(2, "Correct the match or the pipeline: the server understands it, but not with these arguments."),
            Map.entry(9, "Correct the match or the pipeline, or the token: the server cannot parse it."),
            Map.entry(13, "Grant the account the actions find and changeStream on what the stream watches."),
            Map.entry(18, "Correct the credentials of the client."),
            Map.entry(
                    20,
                    "Use only stages that a change stream allows: $addFields, $match, $project, $replaceRoot,"
                            + " $replaceWith, $redact, $set, $unset."),
            Map.entry(
                    47,
                    "Let the collection record pre- and post-images (collMod with changeStreamPreAndPostImages), or"
                            + " ask for WHEN_AVAILABLE instead of REQUIRED."),
            Map.entry(73, "Name a collection that can be watched: none of admin, config, local or system.*."),
            Map.entry(166, "Watch a collection: views and time series cannot be watched."),
            Map.entry(
                    260,
                    "Start after the token instead of resuming after it if it is the token of an invalidate, or use"
                            + " one that comes from this deployment."),
            Map.entry(280, "Let the pipeline keep the event's _id as it is: the server needs it to go on."),
            Map.entry(40324, "Correct the name of the stage, or run a server that knows it."),
            Map.entry(40573, "Run the server as a replica set: a lone server has no change streams."));

    private static final String REMEDY_BY_DEFAULT = "See what the server says, and start again when it is put right.";

    private static final String REMEDY_OF_FOREIGN =
            "If positions were restored from another deployment, begin where this one's state of affairs is known"
                    + " (rewind, startAt), or choose what follows by onForeignPosition.";

    private static final String REMEDY_OF_FAULTS =
            "This is no answer of the server's: see its stack trace, and resume the handlers when it is put right.";

    private static final String REMEDY_IF_CLOSED = "Stop listening before the client is closed.";

    private final StreamPlan plan;

    StreamErrors(StreamPlan plan) {
        this.plan = plan;
    }

    /** @param everOpen whether it had been open before */
    OnChangeException refused(Throwable cause, boolean everOpen) {
        ProblemCode code = everOpen ? ProblemCode.STREAM_FAILED : ProblemCode.STREAM_NOT_OPENED;
        String what = (everOpen ? "The stream ended: " : "The stream could not be opened: ") + Reason.sentence(cause);
        return new OnChangeException(List.of(new Problem(code, where(), what, todo(cause))), cause);
    }

    /**
     * @param from up to when changes were delivered
     * @param to from when on they can be had; null if the server does not tell
     */
    OnChangeException historyLost(
            Throwable cause, List<String> handlerIds, BsonTimestamp from, @Nullable BsonTimestamp to) {
        return new OnChangeException(List.of(lost(where(handlerIds), from, to)), cause);
    }

    /** The same of one handler that is about to begin. */
    static Problem lost(String where, BsonTimestamp from, @Nullable BsonTimestamp to) {
        String what = "The oplog no longer holds the changes between %s and %s, so they cannot be delivered any more."
                .formatted(at(from), to == null ? "its oldest entry" : "its oldest entry at " + at(to));
        String todo = "Make good what was missed, then begin at another position or choose %s, %s or %s; a larger oplog"
                        .formatted(HistoryLost.RESTART_NOW, HistoryLost.RESTART_EARLIEST, HistoryLost.SNAPSHOT)
                + " prevents it.";
        return new Problem(ProblemCode.HISTORY_LOST, where, what, todo);
    }

    /** The same problem of a handler for which {@link HistoryLost#SNAPSHOT} is no answer. */
    static Problem withoutSnapshot(Problem lost, String hindrance) {
        return new Problem(
                lost.code(),
                lost.where(),
                lost.what() + " It cannot be given the documents that exist instead, as " + hindrance + ".",
                lost.todo());
    }

    /** A handler is about to begin at a position that is later than the server's present time. */
    static Problem future(String handlerId, Position position, BsonTimestamp now) {
        return new Problem(
                ProblemCode.POSITION_FOREIGN,
                "Handler " + handlerId,
                "Its position at %s is later than the server's present time, %s: it would receive nothing until then, and of what came before, nothing ever."
                        .formatted(at(position.clusterTime()), at(now)),
                REMEDY_OF_FOREIGN);
    }

    /** The server does not know the position. */
    OnChangeException foreign(Throwable cause, List<String> handlerIds, Position position) {
        return new OnChangeException(List.of(unknown(where(handlerIds), position)), cause);
    }

    static Problem unknown(String where, Position position) {
        String what =
                "The position at %s is none of this deployment's: the server does not know the change that it names."
                        .formatted(at(position.clusterTime()));
        return new Problem(ProblemCode.POSITION_FOREIGN, where, what, REMEDY_OF_FOREIGN);
    }

    /** The server does not take a token that the user gave. */
    OnChangeException tokenRefused(Throwable cause) {
        int code = code(cause);
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.RESUME_TOKEN_REFUSED,
                        where(),
                        "It is to begin after a resume token that the server does not take (error " + code + ").",
                        code == 260
                                ? REMEDIES.getOrDefault(code, REMEDY_BY_DEFAULT)
                                : "Give a token of this deployment, whole as it came with a change, or a time.")),
                cause);
    }

    private String where(List<String> handlerIds) {
        return handlerIds.stream().allMatch(String::isEmpty)
                ? where()
                : where() + ", of " + String.join(", ", handlerIds);
    }

    private String where() {
        return "Stream " + plan.name() + " (" + plan.scope() + ")";
    }

    private static String at(BsonTimestamp time) {
        return Instant.ofEpochSecond(Integer.toUnsignedLong(time.getTime())) + "/" + time.getInc();
    }

    private static String todo(Throwable cause) {
        if (cause instanceof Error) {
            return REMEDY_OF_FAULTS;
        }
        if (Reason.isClosedClient(cause)) {
            return REMEDY_IF_CLOSED;
        }
        return REMEDIES.getOrDefault(code(cause), REMEDY_BY_DEFAULT);
    }

    private static int code(Throwable cause) {
        return cause instanceof MongoSecurityException
                ? 18
                : cause instanceof MongoException failure ? failure.getCode() : 0;
    }
}
