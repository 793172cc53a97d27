package dev.onchange.engine;

import com.mongodb.ConnectionString;
import com.mongodb.MongoConfigurationException;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads connection strings, and tells what is wrong with one without a character of its password. */
public final class ConnectionStrings {

    /**
     * Where the driver begins to cite: at a quotation mark that is no apostrophe, or after a colon. Whatever it takes for
     * a host, a port or an option may be a piece of the password.
     */
    private static final Pattern CITATION = Pattern.compile("(?<!\\p{L})['\"].*|:\\s.*|:$", Pattern.DOTALL);

    /** The password ends the host if it holds one of these unescaped; the rest of it comes before an at-sign then. */
    private static final Pattern SPLIT_PASSWORD = Pattern.compile("[^/]*//[^/?]*(/[^?]*|\\?[^=]*)@.*", Pattern.DOTALL);

    private ConnectionStrings() {}

    public static ConnectionString parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            throw refused("there is none: it is " + (text == null ? "null" : "blank"));
        }
        if (SPLIT_PASSWORD.matcher(text).matches()) {
            throw refused("an at-sign (@) stands after the host, where only a part of a password could end");
        }
        try {
            return new ConnectionString(text);
        } catch (IllegalArgumentException | MongoConfigurationException e) {
            // Without the cause, whose message cites.
            throw refused("the driver cannot read it: " + why(String.valueOf(e.getMessage())));
        }
    }

    private static OnChangeException refused(String what) {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.INVALID_CONNECTION_STRING,
                "connection string",
                what + ".",
                "Write mongodb://host:27017/?replicaSet=rs0, with a comma between several hosts, or"
                        + " mongodb+srv://host/; a user name and a password stand before the host, as in"
                        + " user:password@host, and in them each of : / ? # [ ] @ % is written as % and its code,"
                        + " as %40 for @.")));
    }

    private static String why(String message) {
        if (message.contains("must start with")) {
            return "it must start with 'mongodb://' or 'mongodb+srv://'";
        }
        if (message.contains("URLDecoder")) {
            return "a % in it is not followed by two hexadecimal digits";
        }
        String known = CITATION.matcher(message.replaceFirst("^The connection string is invalid\\. ", ""))
                .replaceFirst("")
                .strip()
                .replaceFirst("(\\. Hint)?\\.?$", "");
        return known.isEmpty() ? "something in it is not valid" : known;
    }
}
