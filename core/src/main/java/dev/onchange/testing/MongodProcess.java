package dev.onchange.testing;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run of a {@code mongod}. */
final class MongodProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final String READY = "Waiting for connections";
    private static final int TAIL_LINES = 15;

    private final Process process;
    private final Optional<Guard> guard;

    private MongodProcess(Process process, Optional<Guard> guard) {
        this.process = process;
        this.guard = guard;
    }

    /**
     * Starts it and returns when it accepts connections.
     *
     * @param command with all arguments
     * @param node the folder for its log
     * @throws OnChangeException if it ends instead, or is not ready in time; the end of its log is in the message
     */
    static MongodProcess start(ProcessBuilder command, Path node, ServerFolder folder, Machine machine) {
        Path log = log(node);
        try {
            long before = Files.exists(log) ? Files.size(log) : 0;
            Process process = command.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process.getOutputStream().close();
            Files.writeString(node.resolve(LeftBehind.PID), Long.toString(process.pid()));
            MongodProcess started = new MongodProcess(process, Guard.over(process.pid(), folder, machine));
            Wait.until(START_LIMIT, () -> !process.isAlive() || isReady(log, before));
            if (!isReady(log, before)) {
                started.kill();
                throw failed(command, log, "ended with " + process.exitValue() + " before it accepted connections");
            }
            return started;
        } catch (IOException failure) {
            throw failed(command, log, "could not be run (" + failure.getMessage() + ")");
        }
    }

    /** The log: not the port, which another process might have taken. */
    private static boolean isReady(Path log, long from) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(from);
            byte[] written = new byte[(int) Math.max(0, file.length() - from)];
            file.readFully(written);
            return new String(written, StandardCharsets.UTF_8).contains(READY);
        } catch (IOException notYet) {
            return false;
        }
    }

    private static OnChangeException failed(ProcessBuilder command, Path log, String what) {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.LOCAL_SERVER_FAILED,
                "LocalMongo",
                "%s %s; the end of its log:%n%s%n".formatted(String.join(" ", command.command()), what, tail(log)),
                "Correct what the log names, or set MONGODB_URI to a replica set.")));
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "(no log: " + unreadable.getMessage() + ")";
        }
    }

    static Path log(Path node) {
        return node.resolve("mongod.log");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Waits for it to end by itself, and kills it if it does not. */
    void awaitEnd() {
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            guard.ifPresent(Guard::release);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            kill();
        }
    }

    /** Ends it at once; what it had not written to disk is lost, as when a machine dies. */
    void kill() {
        process.destroyForcibly().onExit().join();
        guard.ifPresent(Guard::release);
    }
}
