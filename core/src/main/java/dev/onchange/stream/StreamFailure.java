package dev.onchange.stream;

import com.mongodb.MongoClientException;
import com.mongodb.MongoException;
import com.mongodb.MongoIncompatibleDriverException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import java.time.Duration;
import java.util.Set;

/**
 * Why a cursor ended, by what follows from it. Labels do not suffice: 260, 136, 10334 and 47 came without any on 6.0.
 *
 * @see <a href="https://github.com/mongodb/specifications/blob/master/source/change-streams/change-streams.md">Change
 *     streams, in the drivers' specification</a>
 */
sealed interface StreamFailure {

    /** What the driver reported. */
    Throwable cause();

    /** Passing: the stream goes on after a wait. */
    record Passing(Throwable cause) implements StreamFailure {}

    /** The server closed the cursor without an error, as it does after {@code invalidate}. */
    record CursorClosed(Throwable cause) implements StreamFailure {}

    /** The stream leaves out the event whose token it was to go on from. */
    record TokenNotFound(Throwable cause) implements StreamFailure {}

    /** The oplog no longer holds the position. */
    record HistoryGone(Throwable cause) implements StreamFailure {}

    /** An event is larger than a document may be, and cannot be or was not to be split. */
    record TooLarge(Throwable cause) implements StreamFailure {}

    /** Trying again would not help. */
    record Fatal(Throwable cause) implements StreamFailure {}

    /** Takes the place of the end of a cursor's events. */
    final class EndOfCursor extends RuntimeException {

        private static final long serialVersionUID = 1L;

        EndOfCursor() {
            super("The server closed the cursor", null, false, false);
        }
    }

    /** Takes the place of an answer that does not come. */
    final class NoAnswer extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NoAnswer(Duration waited) {
            super(
                    "The server has not answered for %d ms; the connection counts as dead".formatted(waited.toMillis()),
                    null,
                    false,
                    false);
        }
    }

    /**
     * The codes of the drivers' specification, and those by which the server ends a cursor or an operation of its own
     * accord. 136 is here because a cursor that was not read in time says nothing about the position: opening it again
     * does, with 286. 26 is what routers of a sharded cluster say as long as the database does not exist.
     */
    Set<Integer> PASSING = Set.of(
            6, 7, 24, 26, 43, 50, 63, 89, 91, 133, 134, 136, 150, 175, 189, 202, 234, 237, 262, 290, 317, 384, 391,
            9001, 10107, 11600, 11601, 11602, 13388, 13435, 13436);

    /** What follows from an error of the driver's or the server's. */
    static StreamFailure of(Throwable error) {
        if (error instanceof EndOfCursor) {
            return new CursorClosed(error);
        }
        int code = error instanceof MongoException failure ? failure.getCode() : 0;
        return switch (code) {
            case 280 -> new TokenNotFound(error);
            case 286 -> new HistoryGone(error);
            // The second is what a field says that alone is too large to be split, since 6.0.9.
            case 10334, 7182500 -> new TooLarge(error);
            default -> isPassing(error) ? new Passing(error) : new Fatal(error);
        };
    }

    private static boolean isPassing(Throwable error) {
        if (error instanceof MongoSecurityException || error instanceof MongoIncompatibleDriverException) {
            return false;
        }
        return error instanceof NoAnswer
                || isOfConnection(error)
                || error instanceof MongoSocketException
                || error instanceof MongoInterruptedException
                || error instanceof MongoNotPrimaryException
                || error instanceof MongoNodeIsRecoveringException
                // Time-outs, servers that left the deployment, cleared pools; in short, no answer of a server.
                || error instanceof MongoClientException
                || error instanceof MongoException failure
                        && (failure.hasErrorLabel("ResumableChangeStreamError") || PASSING.contains(failure.getCode()));
    }

    /** Seen when a connection broke at the wrong moment: the driver met with null in its own socket channel. */
    private static boolean isOfConnection(Throwable error) {
        StackTraceElement[] frames = error.getStackTrace();
        return error instanceof NullPointerException
                && frames.length > 0
                && frames[0].getClassName().startsWith("com.mongodb.internal.connection.");
    }
}
