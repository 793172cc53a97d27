package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A program with listeners in a process of its own, to be killed. */
final class Consumer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path file;

    private Consumer(Process process, Path file) {
        this.process = process;
        this.file = file;
    }

    /**
     * Starts one, and returns when its listeners have started.
     *
     * @param file what it receives
     */
    static Consumer start(Class<?> program, String connectionString, String database, Path file) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        connectionString,
                        database,
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(beside(file, ".log").toFile())
                .start();
        Consumer consumer = new Consumer(process, file);
        await().atMost(PATIENCE)
                .failFast("the consumer has ended", consumer::assertAlive)
                .until(() -> Files.exists(ready(file)));
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
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Write::parse)
                .toList();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
