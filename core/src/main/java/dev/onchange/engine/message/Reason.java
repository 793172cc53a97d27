package dev.onchange.engine.message;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoSecurityException;

/** Why a call failed, in the words of the server or the driver. */
public final class Reason {

    private static final int UNAUTHORIZED = 13;

    private Reason() {}

    /**
     * The server's own words with its code, without the whole reply that the driver appends, and without the command
     * that the server repeats, session and signature included; of a log-in, why it failed; of a closed client that it is; what
     * any other failure says of itself; never null.
     */
    public static String of(Throwable failure) {
        if (failure instanceof MongoCommandException refused) {
            return "error " + refused.getErrorCode() + " (" + refused.getErrorCodeName() + "): "
                    + withoutCommand(refused.getErrorMessage());
        }
        if (failure instanceof MongoSecurityException && failure.getCause() != null) {
            return "logging in failed: " + of(failure.getCause());
        }
        if (isClosedClient(failure)) {
            return "the MongoClient is closed";
        }
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }

    /** The same, as the end of a sentence: with one full stop. */
    public static String sentence(Throwable failure) {
        String said = of(failure).strip();
        return said.endsWith(".") || said.endsWith("!") || said.endsWith("?") ? said : said + ".";
    }

    /** Whether the driver was asked through a client that is closed; its words do not say whose state is meant. */
    public static boolean isClosedClient(Throwable failure) {
        return failure instanceof IllegalStateException && "state should be: open".equals(failure.getMessage());
    }

    /** Whether the server refused it for want of a privilege. */
    public static boolean isUnauthorized(Throwable failure) {
        return failure instanceof MongoException answer && answer.getCode() == UNAUTHORIZED;
    }

    /** The server's words without the command. */
    public static String withoutCommand(String message) {
        int command = message.indexOf(" to execute command");
        return command < 0 ? message : message.substring(0, command);
    }
}
