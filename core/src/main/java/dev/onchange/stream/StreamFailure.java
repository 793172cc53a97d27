package dev.onchange.stream;

import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoCursorNotFoundException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoQueryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import java.util.Set;

/**
 * Why a cursor ended, by what follows from it. Labels do not suffice: 260, 136, 10334 and 47 came without any on 6.0.
 *
 * @see <a href="https://github.com/mongodb/specifications/blob/master/source/change-streams/change-streams.md">Change
 *     streams, in the drivers' specification</a>
 */
sealed interface StreamFailure {

    Throwable cause();

    /** Passing: the stream goes on after a wait. */
    record Passing(Throwable cause) implements StreamFailure {}

    /** The stream leaves out the event whose token it was to go on from (280). */
    record TokenNotFound(Throwable cause) implements StreamFailure {}

    /** The oplog no longer holds the position (286). */
    record HistoryGone(Throwable cause) implements StreamFailure {}

    /** An event is larger than a document may be (10334). */
    record TooLarge(Throwable cause) implements StreamFailure {}

    /** Trying again would not help. */
    record Fatal(Throwable cause) implements StreamFailure {}

    int TOKEN_NOT_FOUND = 280;
    int HISTORY_LOST = 286;
    int TOO_LARGE = 10334;

    /**
     * The codes of the drivers' specification, and those by which the server ends a cursor or an operation of its own
     * accord. 136 is here because a cursor that was not read in time says nothing about the position: opening it again
     * does, with 286. 26 is what routers of a sharded cluster say as long as the database does not exist.
     */
    Set<Integer> PASSING = Set.of(
            6, 7, 24, 26, 43, 50, 63, 89, 91, 133, 134, 136, 150, 175, 189, 202, 234, 237, 262, 290, 317, 384, 391,
            9001, 10107, 11600, 11601, 11602, 13388, 13435, 13436);

    static StreamFailure of(Throwable error) {
        return switch (code(error)) {
            case TOKEN_NOT_FOUND -> new TokenNotFound(error);
            case HISTORY_LOST -> new HistoryGone(error);
            case TOO_LARGE -> new TooLarge(error);
            default -> isPassing(error) ? new Passing(error) : new Fatal(error);
        };
    }

    private static boolean isPassing(Throwable error) {
        if (!(error instanceof MongoException failure)) {
            return false;
        }
        if (failure instanceof MongoSecurityException) {
            return false;
        }
        return failure instanceof MongoSocketException
                || failure instanceof MongoTimeoutException
                || failure instanceof MongoOperationTimeoutException
                || failure instanceof MongoInterruptedException
                || failure instanceof MongoCursorNotFoundException
                || failure instanceof MongoNotPrimaryException
                || failure instanceof MongoNodeIsRecoveringException
                || failure.hasErrorLabel("ResumableChangeStreamError")
                || PASSING.contains(failure.getCode());
    }

    private static int code(Throwable error) {
        if (error instanceof MongoCommandException command) {
            return command.getErrorCode();
        }
        if (error instanceof MongoQueryException query) {
            return query.getErrorCode();
        }
        return error instanceof MongoClientException || !(error instanceof MongoException failure)
                ? 0
                : failure.getCode();
    }
}
