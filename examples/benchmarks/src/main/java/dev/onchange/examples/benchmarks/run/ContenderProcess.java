package dev.onchange.examples.benchmarks.run;

import dev.onchange.examples.benchmarks.contender.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.Document;

/** A contender in a JVM of its own, which stays warm from one round to the next. All get the same JVM and heap. */
final class ContenderProcess implements AutoCloseable {

    private final Process process;
    private final PrintStream tasks;
    private final BufferedReader answers;

    private ContenderProcess(Process process) {
        this.process = process;
        this.tasks = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** @param options of the JVM */
    static ContenderProcess start(String contender, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms512m", "-Xmx512m", "-Xshare:auto"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ContenderMain.class.getName(), contender));
        try {
            return new ContenderProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param whileListening is run when the contender says that it follows the changes */
    Measurement run(Task task, Runnable whileListening) {
        tasks.println(task.toJson());
        String answer = answer();
        if (answer.equals(ContenderMain.LISTENING)) {
            whileListening.run();
            answer = answer();
        }
        return Measurement.of(Document.parse(answer));
    }

    /** The next one; what the JVM prints by itself is none. */
    private String answer() {
        try {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.equals(ContenderMain.LISTENING) || line.startsWith("{")) {
                    return line;
                }
            }
            throw new IllegalStateException("The contender's process ended; what it said is above");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        // Without input it ends by itself, after what has been asked of its JVM.
        tasks.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
