package dev.onchange.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a {@code mongod} for its version: a file that is there may still lack a library that it needs. */
final class BinaryCheck {

    private static final Pattern VERSION = Pattern.compile("db version v(\\S+)");

    /** @throws IOException if it does not run or is no {@code mongod}; the message says what it printed */
    Version versionOf(Path executable) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(executable.toString(), "--version").redirectErrorStream(true);
        MongodLibraries.addTo(builder, executable);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.onExit().join().exitValue();
        Matcher version = VERSION.matcher(printed);
        if (exit != 0 || !version.find()) {
            throw new IOException(
                    "%s --version ended with %d and printed: %s".formatted(executable, exit, printed.strip()));
        }
        return Version.parse(version.group(1));
    }
}
