package dev.onchange.console;

import com.mongodb.MongoException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import org.jspecify.annotations.Nullable;

/** Ends a call of the API with an error: a status of HTTP, a code and what to say. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** In characters: the driver tells the state of all servers. */
    private static final int LONGEST = 400;

    private final int status;
    private final String code;
    private final int line;
    private final int column;

    Refusal(int status, String code, String message) {
        this(status, code, message, 0, 0);
    }

    /** @param line from 1; 0 if the error has no place */
    Refusal(int status, String code, String message, int line, int column) {
        super(message);
        this.status = status;
        this.code = code;
        this.line = line;
        this.column = column;
    }

    static Refusal badRequest(String message) {
        return new Refusal(400, "BAD_REQUEST", message);
    }

    static Refusal notFound(String what) {
        return new Refusal(404, "NOT_FOUND", what);
    }

    static Refusal forbidden(String message) {
        return new Refusal(403, "FORBIDDEN", message);
    }

    /** What the listeners have refused; the catalogue's code of its first problem. */
    static Refusal of(OnChangeException refused) {
        Problem first = refused.problems().get(0);
        int status = switch (first.code()) {
            case UNKNOWN_HANDLER -> 404;
            case SERVER_UNAVAILABLE -> 503;
            case HANDLER_ELSEWHERE, COMMAND_UNANSWERED -> 409;
            default -> 422;
        };
        return new Refusal(status, first.code().id(), first.where() + ": " + first.what() + " " + first.todo());
    }

    /** What MongoDB has refused, or not answered. */
    static Refusal of(MongoException failure) {
        String why = String.valueOf(failure.getMessage());
        return failure instanceof MongoTimeoutException || failure instanceof MongoSocketException
                ? noAnswer(why)
                : new Refusal(502, "REFUSED", "MongoDB has refused it: " + cut(why));
    }

    /** Nothing was found out, and nothing is known to be done. */
    static Refusal noAnswer(String why) {
        return new Refusal(503, "NO_ANSWER", "MongoDB does not answer: " + cut(why));
    }

    private static String cut(String why) {
        return why.length() > LONGEST ? why.substring(0, LONGEST) + "…" : why;
    }

    /** @param allowed the methods that there are of it */
    static ConsoleReply ofMethod(String method, String allowed) {
        return new Refusal(405, "METHOD", "There is no " + method + " of this, but " + allowed + ".")
                .reply()
                .with("Allow", allowed);
    }

    ConsoleReply reply() {
        @Nullable Integer atLine = line == 0 ? null : line;
        JsonObject error = new JsonObject().put("code", code).put("message", String.valueOf(getMessage()));
        if (atLine != null) {
            error.put("line", line).put("column", column);
        }
        return ConsoleReply.json(status, error.text());
    }
}
