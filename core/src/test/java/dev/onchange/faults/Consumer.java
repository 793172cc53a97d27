package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.JavaProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/** A program with listeners in a process of its own, to be killed. */
final class Consumer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration EXPLAINING = Duration.ofSeconds(10);

    private final Process process;
    private final Path file;

    private Consumer(Process process, Path file) {
        this.process = process;
        this.file = file;
    }

    /**
     * A line that it wrote.
     *
     * @param at when, in milliseconds
     */
    record Received(Write write, long at) {

        static Received parse(String line) {
            int space = line.lastIndexOf(' ');
            return new Received(Write.parse(line.substring(0, space)), Long.parseLong(line.substring(space + 1)));
        }

        String line() {
            return write.line() + " " + at;
        }
    }

    /**
     * Starts one, and returns when its listeners have started. It has little memory.
     *
     * @param file what it receives
     */
    static Consumer start(Class<?> program, String connectionString, String database, Path file, String... more)
            throws IOException {
        return start(Map.of(), program, connectionString, database, file, more);
    }

    /** The same with variables of the environment. */
    static Consumer start(
            Map<String, String> environment,
            Class<?> program,
            String connectionString,
            String database,
            Path file,
            String... more)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(connectionString, database, file.toString()));
        arguments.addAll(List.of(more));
        List<String> command = JavaProgram.command(List.of("-Xmx64m"), program, arguments.toArray(String[]::new));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(beside(file, ".log").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        Consumer consumer = new Consumer(process, file);
        try {
            await().atMost(PATIENCE)
                    .failFast("the consumer has ended", consumer::assertAlive)
                    .until(() -> Files.exists(ready(file)));
        } catch (ConditionTimeoutException late) {
            consumer.close();
            throw new AssertionError(Files.readString(beside(file, ".log")), late);
        }
        return consumer;
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private static Path ready(Path file) {
        return beside(file, ".ready");
    }

    static void announceReady(Path file) throws IOException {
        Files.createFile(ready(file));
    }

    /** The input ends with the process that started this one, so that none is left behind. */
    static void awaitEndOfInput() throws IOException {
        InputStream input = System.in;
        while (input.read() >= 0) {
            // Nobody writes anything.
        }
    }

    private void assertAlive() throws IOException {
        assertThat(process.isAlive()).as(Files.readString(beside(file, ".log"))).isTrue();
    }

    /** What it has received so far; a line that the kill cut off was not received. */
    List<Write> received() throws IOException {
        return lines().stream().map(Received::write).toList();
    }

    List<Received> lines() throws IOException {
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Received::parse)
                .toList();
    }

    /** What went wrong, as it told in words. */
    String told() throws IOException {
        return Files.exists(told(file)) ? Files.readString(told(file)) : "";
    }

    static Path told(Path file) {
        return beside(file, ".told");
    }

    /** With the signal that no program can catch. */
    void kill() throws IOException {
        signal("-9");
        process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Lets it end by itself. */
    void end() throws IOException {
        process.getOutputStream().close();
        process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    long pid() {
        return process.pid();
    }

    /** Lets it stand still. */
    void freeze() throws IOException {
        signal("-STOP");
    }

    /** Whether it does, as Linux tells. */
    boolean standsStill() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException ended) {
            return false;
        }
    }

    /** Lets it go on after {@link #freeze}. */
    void thaw() throws IOException {
        signal("-CONT");
    }

    /** Lets it write a dump of its threads to its log, and what the program has to say if it listens to {@link #asked}. */
    void explain() throws IOException {
        signal("-QUIT");
        Files.createFile(asked(file));
        try {
            await().atMost(EXPLAINING).until(() -> !process.isAlive() || Files.notExists(asked(file)));
        } catch (ConditionTimeoutException standsStill) {
            Files.delete(asked(file));
        }
    }

    /** Whether a program is to say how it is, which deletes the file then. */
    static Path asked(Path file) {
        return beside(file, ".asked");
    }

    private void signal(String signal) throws IOException {
        if (process.isAlive()) {
            try {
                new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() throws IOException {
        kill();
    }
}
