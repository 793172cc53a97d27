package dev.onchange.engine.scan.rule;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Which names a database or a collection can have. Some that none can have may be watched all the same (seen on a
 * server 6.0 with {@code a$b}), and then nothing ever happens.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions">Naming restrictions, in the
 *     server's manual; each was tried on a server 6.0</a>
 */
public final class Names {

    /** Windows servers refuse {@code *<>:|?} as well; others take them. */
    private static final String NOT_IN_DATABASES = "/\\. \"$\0";

    private static final String NOT_IN_COLLECTIONS = "$\0";
    private static final int LONGEST_DATABASE = 63;
    private static final int LONGEST_NAMESPACE = 255;

    private static final Set<String> OF_SERVER = Set.of("admin", "config", "local");

    private Names() {}

    /** Whether the database is one of the server's own: no stream opens there, and no transaction may write there. */
    public static boolean isOfServer(String database) {
        return OF_SERVER.contains(database);
    }

    /** What is wrong with a database's name, to be read after "the name". */
    public static Optional<String> faultOfDatabase(String name) {
        if (bytes(name) > LONGEST_DATABASE) {
            return Optional.of("is longer than " + LONGEST_DATABASE + " bytes");
        }
        return forbidden(name, NOT_IN_DATABASES);
    }

    /** What is wrong with a collection's name, to be read after "the name"; the database is empty if unknown. */
    static Optional<String> faultOfCollection(String database, String name) {
        if (bytes(database + "." + name) > LONGEST_NAMESPACE) {
            return Optional.of("is longer than " + LONGEST_NAMESPACE + " bytes together with the database's");
        }
        if (name.startsWith(".")) {
            return Optional.of("begins with a dot");
        }
        return forbidden(name, NOT_IN_COLLECTIONS);
    }

    private static Optional<String> forbidden(String name, String forbidden) {
        for (int i = 0; i < name.length(); i++) {
            if (forbidden.indexOf(name.charAt(i)) >= 0) {
                return Optional.of("holds " + readable(name.charAt(i)));
            }
        }
        return Optional.empty();
    }

    private static String readable(char letter) {
        return switch (letter) {
            case ' ' -> "a space";
            case '\0' -> "a null character";
            case '.' -> "a dot";
            default -> "the character " + letter;
        };
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
