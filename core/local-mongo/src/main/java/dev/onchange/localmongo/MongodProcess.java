package dev.onchange.localmongo;

import dev.onchange.localmongo.LocalMongoException.Reason;
import dev.onchange.localmongo.binary.Machine;
import dev.onchange.localmongo.binary.ProgramRun;
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

    private final ProcessBuilder command;
    private final Process process;
    private final Optional<ExitGuard> guard;
    private final Path log;
    private final long logStart;

    private MongodProcess(ProcessBuilder command, Process process, Optional<ExitGuard> guard, Path log, long logStart) {
        this.command = command;
        this.process = process;
        this.guard = guard;
        this.log = log;
        this.logStart = logStart;
    }

    /**
     * Starts it, without waiting for it.
     *
     * @param command with all arguments
     * @param node the folder for its log
     * @throws LocalMongoException if it cannot be run
     */
    static MongodProcess launch(ProcessBuilder command, Path node, ServerFolder folder, Machine machine) {
        Path log = log(node);
        try {
            long logStart = Files.exists(log) ? Files.size(log) : 0;
            Process process = command.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process.getOutputStream().close();
            Orphans.record(node, process.pid());
            return new MongodProcess(command, process, ExitGuard.over(process, folder, machine), log, logStart);
        } catch (IOException failure) {
            throw failed(command, log, "could not be run (" + failure.getMessage() + ")");
        }
    }

    /** @throws LocalMongoException if it ends, or does not accept connections in time; says how its log ends */
    void awaitReady() {
        Waiting.until(START_LIMIT, () -> isReady() || !process.isAlive());
        if (!isReady()) {
            String end = process.isAlive() ? "was not ready in time" : "ended with " + process.exitValue();
            kill();
            throw failed(command, log, end);
        }
    }

    /** The log: not the port, which another process might have taken. */
    private boolean isReady() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(logStart);
            byte[] written = new byte[(int) Math.max(0, file.length() - logStart)];
            file.readFully(written);
            return new String(written, StandardCharsets.UTF_8).contains(READY);
        } catch (IOException notYet) {
            return false;
        }
    }

    private static LocalMongoException failed(ProcessBuilder command, Path log, String what) {
        return new LocalMongoException(
                Reason.FAILED,
                "LocalMongo",
                "%s %s; the end of its log:%n%s%n".formatted(String.join(" ", command.command()), what, tail(log)),
                "Correct what the log names, or set MONGODB_URI to a replica set.",
                null);
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

    /** Whether it ends with this process without anybody's doing. */
    boolean guarded() {
        return guard.map(ExitGuard::watching).orElse(false);
    }

    long pid() {
        return process.pid();
    }

    /** Waits for it to end by itself, and kills it if it does not. */
    void awaitEnd() {
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            kill();
        }
    }

    /** @param name without SIG */
    void signal(String name) {
        try {
            ProgramRun sent = ProgramRun.run(
                    new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid()), STOP_LIMIT);
            if (sent.exit() != 0) {
                throw new IllegalStateException(sent.printed());
            }
        } catch (IOException noSignals) {
            throw new UnsupportedOperationException("this system has no signals", noSignals);
        }
    }

    /** Ends it at once, as a power cut would, but for what the operating system holds in its cache. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }
}
