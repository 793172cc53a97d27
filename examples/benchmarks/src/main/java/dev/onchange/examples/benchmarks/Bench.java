package dev.onchange.examples.benchmarks;

import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Stage;

/** Measures one claim. */
interface Bench {

    /** By which it is chosen, for example {@code P1}. */
    String name();

    /** What it shows, in a line. */
    String shows();

    void run(Stage stage, Report report);
}
