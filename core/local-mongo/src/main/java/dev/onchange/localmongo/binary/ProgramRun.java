package dev.onchange.localmongo.binary;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a program that ended by itself left.
 *
 * @param exit its exit code
 * @param printed its output and errors, without blanks around
 */
public record ProgramRun(int exit, String printed) {

    /**
     * Runs a program to its end.
     *
     * @throws IOException if it cannot be run, takes longer, or this thread is interrupted
     */
    public static ProgramRun run(ProcessBuilder program, Duration atMost) throws IOException {
        Path output = Files.createTempFile("onchange-", ".txt");
        try {
            Process process = program.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            try {
                if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IOException("not ready after " + atMost.toSeconds() + " seconds");
                }
            } finally {
                process.destroyForcibly();
            }
            String printed = new String(Files.readAllBytes(output), Charset.defaultCharset());
            return new ProgramRun(process.exitValue(), printed.strip());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
