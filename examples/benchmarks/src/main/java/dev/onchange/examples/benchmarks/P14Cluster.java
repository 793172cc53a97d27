package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_ALONE;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RAW;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import org.bson.BsonTimestamp;

/** A single instance that would share its handlers with others, beside one that says that it is alone. */
final class P14Cluster implements Bench {

    private static final int WARM_UPS = 4;
    private static final int EVENTS = 100_000;
    private static final String ALONE = "Cluster.alone()";

    @Override
    public String name() {
        return "P14";
    }

    @Override
    public String shows() {
        return "what it costs a single instance that others might join";
    }

    @Override
    public void run(Stage stage, Report report) {
        int events = stage.scaled(EVENTS);
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), events, 1);
            Task task = Task.of(stage.uri(), backlog.database(), from, events);
            Results results = stage.contest()
                    .warmUp(WARM_UPS)
                    .with(ONCHANGE_ALONE, task)
                    .with(ONCHANGE_RAW, task)
                    .run();
            report.results(name(), "drain " + events + " events", results);
            report.reach(Reach.atLeast(
                    name(),
                    "one instance, drain",
                    0.99,
                    ALONE,
                    results.ratio(ONCHANGE_RAW, ONCHANGE_ALONE, Measurement::rate)));
            double later = 1_000
                    * (results.of(ONCHANGE_RAW).median(P14Cluster::start)
                            - results.of(ONCHANGE_ALONE).median(P14Cluster::start));
            report.reach(new Reach(
                    name(),
                    "one instance, start to first event",
                    "≤ 300 ms more than " + ALONE,
                    300,
                    false,
                    later,
                    "ms"));
        }
    }

    private static double start(Measurement measured) {
        return measured.total() - measured.drain();
    }
}
