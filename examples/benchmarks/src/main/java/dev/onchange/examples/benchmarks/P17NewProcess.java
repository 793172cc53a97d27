package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW_DOCUMENT;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RECORD;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RECORD;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.List;
import org.bson.BsonTimestamp;

/** Reads the same backlog as P1 once, in a process that does nothing before: most of what it needs is to become fast. */
final class P17NewProcess implements Bench {

    private static final int EVENTS = 100_000;

    /** One that has just begun varies more than one that has been at work for long. */
    private static final int TIMES = 2;

    private static final List<Comparison> COMPARISONS = List.of(
            Comparison.raw("new process, raw document", 1, 1.5),
            new Comparison(
                    "new process, record of 6 fields",
                    ONCHANGE_RECORD,
                    DRIVER_RECORD,
                    Comparison.DRIVER + ", same record",
                    1,
                    0.75),
            Comparison.unread("new process, raw document"));

    @Override
    public String name() {
        return "P17";
    }

    @Override
    public String shows() {
        return "how fast a process that has just begun reads a backlog, raw and decoded";
    }

    @Override
    public void run(Stage stage, Report report) {
        int events = stage.scaled(EVENTS);
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), events, 1);
            Task task = Task.of(stage.uri(), backlog.database(), from, events);
            Results results = stage.contest()
                    .inNewProcesses()
                    .warmUp(0)
                    .times(TIMES)
                    .with(DRIVER_RAW_DOCUMENT, task)
                    .with(ONCHANGE_RAW, task)
                    .with(DRIVER_RECORD, task)
                    .with(ONCHANGE_RECORD, task)
                    .with(DRIVER_RAW, task, stage.rounds())
                    .run();
            report.results(name(), "new process, " + events + " events", results);
            COMPARISONS.forEach(comparison -> comparison.reach(name(), report, results));
        }
    }
}
