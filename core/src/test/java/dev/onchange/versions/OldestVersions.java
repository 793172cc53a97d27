package dev.onchange.versions;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The oldest libraries that are supported, in place of those that the build has. */
final class OldestVersions {

    /** The build puts them there. */
    private static final Path FOLDER = Path.of("target", "oldest");

    private OldestVersions() {}

    static List<Path> jars() throws IOException {
        try (Stream<Path> jars = Files.list(FOLDER)) {
            return jars.filter(jar -> jar.toString().endsWith(".jar")).toList();
        }
    }

    /** The tests' own, with those jars in it. */
    static List<Path> path() throws IOException {
        List<Path> oldest = jars();
        return Stream.concat(
                        oldest.stream(),
                        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(Path::of)
                                .filter(entry -> oldest.stream().noneMatch(jar -> isNewer(entry, jar))))
                .toList();
    }

    static URL[] classPath() throws IOException {
        return path().stream().map(OldestVersions::url).toArray(URL[]::new);
    }

    /** Whether an entry of the class path is another version of a jar. */
    private static boolean isNewer(Path entry, Path jar) {
        String name = jar.getFileName().toString().replaceFirst("-\\d.*", "");
        return entry.getFileName().toString().matches(name + "-\\d.*\\.jar");
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
