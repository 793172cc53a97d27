package dev.onchange.examples.benchmarks;

import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Stage;
import dev.onchange.examples.benchmarks.start.Starts;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Compiles and finds a thousand handlers. */
final class P10Start implements Bench {

    @Override
    public String name() {
        return "P10";
    }

    @Override
    public String shows() {
        return "how soon a thousand handlers in a hundred jars are found, and what the processor adds to compiling";
    }

    @Override
    public void run(Stage stage, Report report) {
        try {
            new Starts(name(), report, stage.rounds()).run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
