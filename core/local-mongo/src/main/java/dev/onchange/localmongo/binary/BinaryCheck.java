package dev.onchange.localmongo.binary;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a {@code mongod} for its version: a file that is there may still lack a library that it needs. */
final class BinaryCheck {

    private static final Pattern VERSION = Pattern.compile("db version v(\\S+)");

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** @throws IOException if it does not run or is no {@code mongod}; the message says what it printed */
    Version versionOf(Path executable) throws IOException {
        ProcessBuilder program = new ProcessBuilder(executable.toString(), "--version");
        MongodLibraries.addTo(program, executable);
        ProgramRun answer = ProgramRun.run(program, LIMIT);
        Matcher version = VERSION.matcher(answer.printed());
        if (answer.exit() != 0 || !version.find()) {
            throw new IOException("%s --version ended with %d and printed: %s"
                    .formatted(executable, answer.exit(), answer.printed()));
        }
        return Version.parse(version.group(1));
    }
}
