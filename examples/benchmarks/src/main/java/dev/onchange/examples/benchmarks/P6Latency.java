package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_LATENCY;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_LATENCY;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.function.Supplier;

/** Takes the time from an insert to its handler. */
final class P6Latency implements Bench {

    private static final int PER_SECOND = 200;
    private static final int INSERTS = 1_000;

    @Override
    public String name() {
        return "P6";
    }

    @Override
    public String shows() {
        return "the time from an insert to its handler, at 200 a second";
    }

    @Override
    public void run(Stage stage, Report report) {
        int inserts = stage.scaled(INSERTS);
        // The first ones meet a stream that is just being opened.
        int passedOver = inserts / 10;
        try (Backlog backlog = stage.backlog()) {
            Supplier<Task> task = () -> Task.of(stage.uri(), backlog.database(), backlog.now(), inserts);
            Results results = stage.contest()
                    .with(DRIVER_LATENCY, task)
                    .with(ONCHANGE_LATENCY, task)
                    .making(each -> backlog.steadily(Task.collection(0), inserts, PER_SECOND))
                    .run();
            report.results(name(), inserts + " inserts", results);
            for (double part : new double[] {0.5, 0.99}) {
                String percentile = "p" + Math.round(part * 100);
                results.all()
                        .forEach(series -> report.bar(
                                "Microseconds from insert to handler at 200 a second (P6)",
                                series.contender() + ", " + percentile,
                                series.percentile(part, passedOver)));
                report.reach(Reach.atMost(
                        name(),
                        "insert to handler, " + percentile,
                        1.05,
                        "reactive driver",
                        results.of(ONCHANGE_LATENCY).percentile(part, passedOver)
                                / results.of(DRIVER_LATENCY).percentile(part, passedOver)));
            }
        }
    }
}
