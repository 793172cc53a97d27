package dev.onchange.processor;

import java.io.File;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What handlers and the processor are made of; no other processor, and nothing that only tests need: javac looks for each
 * package in each jar.
 */
final class Libraries {

    private static final Pattern NEEDED = Pattern.compile(
            ".*((core|processor)/target/classes|onchange-(core|processor).*|(bson|mongodb-driver|reactor-core|reactive-streams|jspecify"
                    + "|jakarta\\.inject|javapoet|slf4j-api|classgraph)[^/]*\\.jar)");

    private Libraries() {}

    static List<File> files() {
        return needed().map(File::new).toList();
    }

    /** The same as a class path. */
    static String path() {
        return needed().collect(Collectors.joining(File.pathSeparator));
    }

    private static Stream<String> needed() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> NEEDED.matcher(entry).matches());
    }
}
