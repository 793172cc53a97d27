package dev.onchange.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of the machine, run in a folder. */
final class Tool {

    private static final long MINUTES = 10;

    private final ProcessBuilder builder;
    private final List<String> begin;

    Tool(Path folder, String... begin) {
        this.builder = new ProcessBuilder().directory(folder.toFile()).redirectErrorStream(true);
        this.begin = List.of(begin);
    }

    Tool with(String variable, String value) {
        builder.environment().put(variable, value);
        return this;
    }

    /** Runs it without input and returns what it prints; fails if it fails. */
    String run(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                Stream.concat(begin.stream(), Stream.of(arguments)).toList();
        Path printed = Files.createTempFile("tool", ".txt");
        Process process =
                builder.command(command).redirectOutput(printed.toFile()).start();
        try {
            process.getOutputStream().close();
            boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
            String text = Files.readString(printed, StandardCharsets.UTF_8);
            assertThat(ended).as("%s has ended; it printed:%n%s", command, text).isTrue();
            assertThat(process.exitValue()).as("%s printed:%n%s", command, text).isZero();
            return text;
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(printed);
        }
    }
}
