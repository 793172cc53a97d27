package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_IN;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_STREAMS;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_MANY;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import org.bson.BsonTimestamp;

/** Divides the changes of one collection among a hundred handlers with one equality each. */
final class P2Equalities implements Bench {

    private static final int HANDLERS = 100;
    private static final int EVENTS = 20_000;

    /** A hundred streams take so long that they get fewer, once. */
    private static final int EVENTS_OF_STREAMS = 10_000;

    @Override
    public String name() {
        return "P2";
    }

    @Override
    public String shows() {
        return "a hundred handlers with an equality each, beside one stream by hand and a hundred streams";
    }

    @Override
    public void run(Stage stage, Report report) {
        Results few = run(stage, report, stage.scaled(EVENTS_OF_STREAMS), true);
        report.reach(Reach.atLeast(
                name(),
                "100 handlers, one equality each",
                50,
                "the speed of 100 streams",
                1 / few.ratio(ONCHANGE_MANY, DRIVER_STREAMS, Measurement::total)));
        Results many = run(stage, report, stage.scaled(EVENTS), false);
        report.reach(Reach.atMost(
                name(),
                "100 handlers, one equality each",
                1.25,
                "the time of one $in stream by hand",
                many.ratio(ONCHANGE_MANY, DRIVER_IN, Measurement::total)));
    }

    private Results run(Stage stage, Report report, int events, boolean streams) {
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), events, HANDLERS);
            Task task = Task.of(stage.uri(), backlog.database(), from, events).withHandlers(HANDLERS);
            var contest = stage.contest().with(DRIVER_IN, task).with(ONCHANGE_MANY, task);
            Results results = (streams ? contest.once(DRIVER_STREAMS, task) : contest).run();
            report.results(name(), HANDLERS + " handlers, " + events + " events", results);
            results.all()
                    .forEach(series -> report.bar(
                            "Seconds for " + events + " events and 100 handlers (P2)",
                            series.contender(),
                            series.median(Measurement::total)));
            return results;
        }
    }
}
