package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW_DOCUMENT;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RAW;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import org.bson.BsonTimestamp;

/** Reads a backlog, half of it updates, with the document after each. */
final class P7LookUp implements Bench {

    /**
     * Until the compiler has done most of its work: seen, the first rounds take half as long again, and in the seventh it still takes
     * half of the CPU of the JVM, in the twelfth a third, in the twentieth a fifth.
     */
    private static final int WARM_UPS = 20;

    /** What the server needs for the same work moves by some percent from turn to turn: so many in a run of all too. */
    private static final int TURNS = 6;

    private static final int EVENTS = 100_000;

    @Override
    public String name() {
        return "P7";
    }

    @Override
    public String shows() {
        return "how fast a backlog is read whose updates need their document";
    }

    @Override
    public void run(Stage stage, Report report) {
        int half = stage.scaled(EVENTS) / 2;
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), half, 1).updates(Task.collection(0), half);
            Task task = Task.of(stage.uri(), backlog.database(), from, 2 * half).withLookUp();
            Results results = stage.contest()
                    .warmUp(WARM_UPS)
                    .turns(TURNS)
                    .with(DRIVER_RAW_DOCUMENT, task)
                    .with(ONCHANGE_RAW, task)
                    .with(DRIVER_RAW, task)
                    .run();
            report.results(name(), "drain " + 2 * half + " events with UPDATE_LOOKUP", results);
            report.bars(
                    "Events per second, half of them updates with UPDATE_LOOKUP, from the call that starts it (P7)",
                    results,
                    Measurement::wholeRate);
            String work = "half updates, UPDATE_LOOKUP";
            Comparison.raw(work, 2, 1.5).reach(name(), report, results);
            Comparison.unread(work).reach(name(), report, results);
        }
    }
}
