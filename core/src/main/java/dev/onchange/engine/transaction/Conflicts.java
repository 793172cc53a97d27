package dev.onchange.engine.transaction;

import com.mongodb.MongoException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has ended the transactions of one attempt, and how long that is no failure of its handler. A conflict with another
 * transaction is none for {@link #LIMIT}; a server that cannot be reached before the handler is called is none at all, as
 * its streams tell of it. Used by one thread at a time.
 */
final class Conflicts {

    /**
     * Longer than transactions that compete for one document need. One that a killed process has left open, and that could
     * not be ended, can last three times as long: then attempts go by.
     */
    static final Duration LIMIT = Duration.ofSeconds(30);

    /** Once it may be that the server was another one by then. */
    private static final int ENDED_IN_A_ROW = 3;

    /** How many causes are looked at: more than libraries wrap one in another; causes may go in circles. */
    private static final int DEEPEST_CAUSE = 32;

    private final String handlerId;
    private final Clock clock;
    private @Nullable Instant since;
    private int endedInARow;

    Conflicts(String handlerId, Clock clock) {
        this.handlerId = handlerId;
        this.clock = clock;
    }

    /** The server could not be reached, and the handler was not called. */
    static final class NotBegun extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotBegun(MongoException failure) {
            super(failure);
        }
    }

    /** The handler went on to its end, but the server had ended the transaction before. */
    static final class EndedBeforeCommit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        EndedBeforeCommit(MongoException answer) {
            super(answer);
        }
    }

    /** Whether the transaction is to be repeated within the attempt. */
    boolean pass(Throwable failure) {
        if (failure instanceof NotBegun) {
            since = null;
            return true;
        }
        if (!isConflict(failure)) {
            return false;
        }
        endedInARow = failure instanceof EndedBeforeCommit ? endedInARow + 1 : 0;
        Instant now = clock.instant();
        if (since == null) {
            since = now;
        }
        return endedInARow < ENDED_IN_A_ROW && now.isBefore(since.plus(LIMIT));
    }

    /** An exception of the driver stays a conflict when it is wrapped, as futures do. */
    private static boolean isConflict(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof MongoException error
                    && error.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** An error before the handler is called, which is none of its failures if it is for want of a server. */
    static Throwable beforeCall(MongoException error) {
        return error instanceof MongoSocketException
                        || error instanceof MongoTimeoutException
                        || error instanceof MongoNotPrimaryException
                        || error instanceof MongoNodeIsRecoveringException
                ? new NotBegun(error)
                : error;
    }

    /** What the user is told of a failure that is not passed over any more. */
    Throwable explain(Throwable failure) {
        return failure instanceof EndedBeforeCommit
                ? new OnChangeException(
                        List.of(new Problem(
                                ProblemCode.TRANSACTION_ENDED,
                                handlerId,
                                "the handler returned as if all was well, but the server had ended its transaction"
                                        + " before, so that nothing of it could be committed.",
                                "Let the handler pass on what operations in its session fail with: one that fails, with a"
                                        + " duplicate key for example, ends the transaction, whatever is caught. To avoid"
                                        + " that, use an upsert. If it catches nothing, it takes longer than the server's"
                                        + " transactionLifetimeLimitSeconds.")),
                        failure.getCause())
                : failure;
    }
}
