package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_MANY;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import org.bson.BsonTimestamp;

/** Writes the positions of a thousand handlers each second. */
final class P9Positions implements Bench {

    /** Until the compiler has done its work: seen, the first rounds take half as long again. */
    private static final int WARM_UPS = 3;

    /** Some percent are to be told. */
    private static final int TIMES = 3;

    private static final int EVENTS = 200_000;
    private static final int HANDLERS = 1_000;
    private static final long EACH_SECOND = 1_000;
    private static final long NEVER = 3_600_000;
    private static final String WITH = "OnChange, positions each second";
    private static final String WITHOUT = "OnChange, no positions";

    @Override
    public String name() {
        return "P9";
    }

    @Override
    public String shows() {
        return "what writing the positions of a thousand handlers each second costs";
    }

    @Override
    public void run(Stage stage, Report report) {
        int events = stage.scaled(EVENTS);
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), events, HANDLERS);
            Task task = Task.of(stage.uri(), backlog.database(), from, events).withHandlers(HANDLERS);
            Results results = stage.contest()
                    .sharingProcesses()
                    .warmUp(WARM_UPS)
                    .times(TIMES)
                    .with(WITHOUT, ONCHANGE_MANY, task.withCheckpoint(NEVER))
                    .with(WITH, ONCHANGE_MANY, task.withCheckpoint(EACH_SECOND))
                    .run();
            report.results(name(), HANDLERS + " handlers, " + events + " events", results);
            report.reach(Reach.atMost(
                    name(),
                    "positions each second, 1,000 handlers",
                    1.05,
                    "the time without",
                    results.ratio(WITH, WITHOUT, Measurement::drain)));
        }
    }
}
