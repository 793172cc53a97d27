package dev.onchange.localmongo.binary;

import java.nio.file.Files;
import java.nio.file.Path;

/** Shared libraries that were downloaded with a {@code mongod} because the system may lack them. */
public final class MongodLibraries {

    private static final String FOLDER = "lib";
    private static final String SEARCH_PATH = "LD_LIBRARY_PATH";

    private MongodLibraries() {}

    /** Where the libraries of the {@code mongod} in this folder belong. */
    static Path beside(Path executable) {
        return executable.resolveSibling(FOLDER);
    }

    /** Lets the process find the libraries beside its executable, if there are any. */
    public static void addTo(ProcessBuilder builder, Path executable) {
        Path folder = beside(executable);
        if (Files.isRegularFile(folder.resolve("libssl.so.1.1"))) {
            builder.environment().merge(SEARCH_PATH, folder.toString(), (old, own) -> own + ":" + old);
        }
    }
}
