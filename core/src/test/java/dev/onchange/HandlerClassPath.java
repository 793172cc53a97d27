package dev.onchange;

import java.io.File;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What handlers are compiled against that tests write. It has a dozen entries of the 150 that tests have: javac opens each
 * jar, since it looks there for each package.
 */
public final class HandlerClassPath {

    private static final Pattern NEEDED =
            Pattern.compile("(.*classes|(onchange|bson|mongodb-driver|reactor-core|reactive-streams|jspecify|jakarta"
                    + "\\.inject)-.*\\.jar)");

    private HandlerClassPath() {}

    /** With entries that are added. */
    public static String with(Stream<String> more) {
        return Stream.concat(
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .filter(entry -> NEEDED.matcher(new File(entry).getName())
                                        .matches()),
                        more)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
