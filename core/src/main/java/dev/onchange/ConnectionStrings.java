package dev.onchange;

import com.mongodb.ConnectionString;
import com.mongodb.MongoConfigurationException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import java.util.regex.Pattern;

/** Reads connection strings, and tells what is wrong with one without its password. */
final class ConnectionStrings {

    private static final Pattern CITED = Pattern.compile("'[^']*('|$)");

    private ConnectionStrings() {}

    static ConnectionString parse(String text) {
        try {
            return new ConnectionString(text);
        } catch (IllegalArgumentException | MongoConfigurationException e) {
            // Without the cause: what the driver takes for a host or port may be a piece of the password.
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.INVALID_CONNECTION_STRING,
                    "connection string",
                    "The driver cannot read it: " + why(text, String.valueOf(e.getMessage())) + ".",
                    "Write mongodb://host:27017/?replicaSet=rs0, with a comma between several hosts, or"
                            + " mongodb+srv://host/; a user name and a password stand before the host, as in"
                            + " user:password@host, and in them each of : / ? # [ ] @ % is written as % and its code,"
                            + " as %40 for @.")));
        }
    }

    private static String why(String text, String message) {
        String known = message.replaceFirst("^The connection string is invalid\\. ", "")
                .replaceFirst("\\.$", "");
        return text.contains("@") ? CITED.matcher(known).replaceAll("'…'") : known;
    }
}
