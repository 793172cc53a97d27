package dev.onchange.staged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folder that is laid out as a Maven repository. */
record Staging(Path folder) {

    static Staging ofThisBuild() {
        return new Staging(Path.of(System.getProperty("staging")));
    }

    /** Files of an artifact in the only version that is there, by what follows the version in their names. */
    Path file(String artifact, String ending) throws IOException {
        String version = System.getProperty("project.version");
        Path versioned = folder.resolve("dev/onchange").resolve(artifact).resolve(version);
        String begin = artifact + "-" + version.replace("-SNAPSHOT", "");
        try (Stream<Path> files = Files.list(versioned)) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.startsWith(begin)
                                && name.replaceFirst(STAMP, "").equals(begin + ending);
                    })
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + artifact + " … " + ending + " in " + versioned));
        }
    }

    /** What is signed: all but the sums and the lists that Maven writes. */
    List<Path> signed() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().matches(".*\\.(md5|sha1|sha256|sha512|asc)"))
                    .filter(file -> !file.getFileName().toString().startsWith("maven-metadata"))
                    .toList();
        }
    }

    /** How Maven names the builds of a snapshot. */
    private static final String STAMP = "-\\d{8}\\.\\d{6}-\\d+";
}
