package dev.onchange.engine.stream;

import com.mongodb.MongoException;
import dev.onchange.engine.message.ServerErrors;
import java.time.Duration;

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
            default ->
                error instanceof NoAnswer || error instanceof OutOfMemoryError || ServerErrors.isTransient(error)
                        ? new Passing(error)
                        : new Fatal(error);
        };
    }
}
