package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COPIES;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COPIES_IN_BATCHES;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COUNTERS;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COUNTERS_IN_BATCHES;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import org.bson.BsonTimestamp;

/** Writes what changes to another collection, and counts it in transactions: one change in a call, and many. */
final class P12Batches implements Bench {

    private static final int WARM_UPS = 1;
    private static final int COPIES = 10_000;
    private static final int COUNTED = 4_000;

    private record Forms(String single, String batches) {}

    private static final Forms COPIED = new Forms(ONCHANGE_COPIES, ONCHANGE_COPIES_IN_BATCHES);
    private static final Forms COUNTERS = new Forms(ONCHANGE_COUNTERS, ONCHANGE_COUNTERS_IN_BATCHES);

    @Override
    public String name() {
        return "P12";
    }

    @Override
    public String shows() {
        return "how much faster a handler writes that takes many changes in a call";
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
            compare(report, "a copy of each document", 5, contest(stage, copied, COPIED), COPIED);
            compare(report, "counters, exactly once", 8, contest(stage, inTransactions, COUNTERS), COUNTERS);
        }
    }

    private static Results contest(Stage stage, Task task, Forms forms) {
        return stage.contest()
                .warmUp(WARM_UPS)
                .with(forms.single(), task)
                .with(forms.batches(), task)
                .run();
    }

    private void compare(Report report, String work, double bound, Results results, Forms forms) {
        report.results(name(), work, results);
        report.reach(Reach.atLeast(
                name(),
                "batches of 500, " + work,
                bound,
                "one change in a call",
                results.ratio(forms.batches(), forms.single(), Measurement::rate)));
    }
}
