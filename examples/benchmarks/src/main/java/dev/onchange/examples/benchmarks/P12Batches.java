package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COPIES;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COPIES_IN_BATCHES;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COUNTERS;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COUNTERS_IN_BATCHES;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_NEWEST_STATES;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_STATES;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import org.bson.BsonTimestamp;

/** Writes what changes to another collection, and counts it in transactions: one change in a call, many, or the newest. */
final class P12Batches implements Bench {

    private static final int WARM_UPS = 1;
    private static final int COPIES = 4_000;
    private static final int COUNTED = 2_000;

    /** So many times fewer for a handler of single changes: it takes as long for each. */
    private static final int FEWER = 4;

    /** Documents that change again and again. */
    private static final int BUSY = 20;

    private record Forms(String single, String batches) {}

    private static final Forms COPIED = new Forms(ONCHANGE_COPIES, ONCHANGE_COPIES_IN_BATCHES);
    private static final Forms STATES = new Forms(ONCHANGE_STATES, ONCHANGE_NEWEST_STATES);
    private static final Forms COUNTERS = new Forms(ONCHANGE_COUNTERS, ONCHANGE_COUNTERS_IN_BATCHES);

    @Override
    public String name() {
        return "P12";
    }

    @Override
    public String shows() {
        return "how much faster a handler writes that takes many changes in a call, or the newest of a document only";
    }

    @Override
    public void run(Stage stage, Report report) {
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            int copies = stage.scaled(COPIES);
            int counted = Math.min(copies, stage.scaled(COUNTED));
            backlog.inserts(Task.collection(0), copies, 1);
            Task copied = Task.of(stage.uri(), backlog.database(), from, copies);
            Task inTransactions = Task.of(stage.uri(), backlog.database(), from, counted);
            String batches = "batches of 500, ";
            compare(report, batches + "a copy of each document", 5, contest(stage, copied, COPIED), COPIED);
            compare(report, batches + "counters, exactly once", 8, contest(stage, inTransactions, COUNTERS), COUNTERS);
        }
        coalesced(stage, report);
    }

    private void coalesced(Stage stage, Report report) {
        try (Backlog backlog = stage.backlog()) {
            int updates = stage.scaled(COPIES);
            backlog.inserts(Task.collection(0), BUSY, 1);
            BsonTimestamp from = backlog.now();
            backlog.updatesInTurn(Task.collection(0), updates, BUSY).mark(Task.collection(0), Task.LAST);
            Task task = Task.of(stage.uri(), backlog.database(), from, updates + 1);
            compare(
                    report,
                    "the newest change of each of %d busy documents".formatted(BUSY),
                    5,
                    contest(stage, task, STATES),
                    STATES);
        }
    }

    private static Results contest(Stage stage, Task task, Forms forms) {
        return stage.contest()
                .warmUp(WARM_UPS)
                .with(forms.single(), task.withEvents(Math.max(1, task.events() / FEWER)))
                .with(forms.batches(), task)
                .run();
    }

    private void compare(Report report, String work, double bound, Results results, Forms forms) {
        report.results(name(), work, results);
        report.reach(Reach.atLeast(
                name(),
                work,
                bound,
                "one change in a call",
                results.ratio(forms.batches(), forms.single(), Measurement::rate)));
    }
}
