package dev.onchange.engine.message;

import com.mongodb.MongoClientException;
import com.mongodb.MongoException;
import com.mongodb.MongoIncompatibleDriverException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoSocketException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.security.sasl.SaslException;
import org.jspecify.annotations.Nullable;

/**
 * Tells transient errors of the driver and the server, after which a retry may succeed, from errors that recur until a
 * user acts.
 *
 * @see <a href="https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml">The server's codes</a>
 * @see <a
 *     href="https://github.com/mongodb/specifications/blob/master/source/client-backpressure/client-backpressure.md">Client
 *     backpressure, in the drivers' specification</a>
 */
public final class ServerErrors {

    private static final String OVERLOADED = "SystemOverloadedError";

    /** The first two labels decide whatever the command and the error code are. */
    private static final Set<String> LABELS = Set.of(OVERLOADED, "RetryableError", "ResumableChangeStreamError");

    /**
     * The codes of the drivers' specification of change streams, and the codes that the server counts among errors of
     * the network, of shutdown and elections, interruptions, exceeded times, stale routing and overload. 136 is here
     * because a cursor that was not read in time says nothing about the position: opening it again does, with 286.
     * Routers of a sharded cluster answer 26 as long as the database does not exist.
     */
    private static final Set<Integer> CODES = Set.of(
            6, 7, 24, 26, 43, 50, 63, 89, 90, 91, 94, 112, 133, 134, 136, 145, 149, 150, 164, 175, 189, 202, 203, 211,
            216, 234, 237, 239, 246, 249, 250, 262, 272, 279, 290, 303, 314, 317, 355, 365, 384, 391, 398, 402, 407,
            412, 433, 449, 450, 453, 462, 9001, 10058, 10107, 11600, 11601, 11602, 13388, 13435, 13436, 46841, 56846,
            91331, 10045600);

    private ServerErrors() {}

    /** Whether the same command may succeed later without a user's action. */
    public static boolean isTransient(Throwable error) {
        if (error instanceof MongoSecurityException) {
            return isTransientCause(error.getCause());
        }
        if (error instanceof MongoIncompatibleDriverException) {
            return false;
        }
        return isOfConnection(error)
                || error instanceof MongoSocketException
                || error instanceof MongoInterruptedException
                || error instanceof MongoNotPrimaryException
                || error instanceof MongoNodeIsRecoveringException
                // Time-outs, servers that left the deployment, cleared pools; in short, no answer of a server.
                || error instanceof MongoClientException
                || error instanceof MongoException failure
                        && (CODES.contains(failure.getCode()) || LABELS.stream().anyMatch(failure::hasErrorLabel));
    }

    /** Whether the server had too much to do. */
    public static boolean isOverload(Throwable error) {
        return error instanceof MongoException failure && failure.hasErrorLabel(OVERLOADED)
                || error instanceof MongoSecurityException && error.getCause() != null && isOverload(error.getCause());
    }

    /**
     * The driver reports every failure of logging in as a security exception: also a connection that breaks, a primary
     * that steps down, a token service that cannot be reached. The server's answer decides; without an answer, a
     * failure of the connection is transient.
     */
    private static boolean isTransientCause(@Nullable Throwable cause) {
        for (Throwable next = cause; next != null; next = next.getCause()) {
            if (next instanceof MongoException && !(next instanceof MongoSecurityException)) {
                return isTransient(next);
            }
            if (isOfConnection(next)
                    || next instanceof TimeoutException
                    || next instanceof IOException && !(next instanceof SaslException)) {
                return true;
            }
        }
        return false;
    }

    /** Seen when a connection broke at the wrong moment: the driver met with null in its own socket channel. */
    private static boolean isOfConnection(Throwable error) {
        StackTraceElement[] frames = error.getStackTrace();
        return error instanceof NullPointerException
                && frames.length > 0
                && frames[0].getClassName().startsWith("com.mongodb.internal.connection.");
    }
}
