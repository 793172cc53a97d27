package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DEBEZIUM_SNAPSHOT;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_FIND;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_FIND_BY_ID;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_FIND_ELSEWHERE;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_LATENCY;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_SNAPSHOT;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_SNAPSHOT_LATENCY;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Series;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.List;
import java.util.function.IntFunction;

/** Gives a handler the documents that exist, before their changes and beside them. */
final class P13Snapshot implements Bench {

    private static final String NAME = "P13";
    private static final int DOCUMENTS = 400_000;

    /** In each second round there are so few that nearly all of it is starting, which is then taken off. */
    private static final int FEW = 50;

    private static final int WARM_UPS = 2;

    /** So many times fewer for Debezium, of which a second tells as much as a minute. */
    private static final int FEWER = 5;

    /** Inserted while documents are read, which takes longer. */
    private static final int INSERTS = 1_200;

    /** Do not count: starting goes on beside them. */
    private static final int FIRST_INSERTS = 200;

    private static final int PER_SECOND = 400;

    /** So many documents are given while the heap is looked at. */
    private static final int HANDLED = 60_000;

    /** The least that a handler can wait. */
    private static final long PAUSE_MICROS = 1;

    private static final double MEGABYTE = 1024 * 1024;
    private static final double MOST_MEGABYTES = 64;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String shows() {
        return "how fast the documents that exist are given to a handler, and what changes meanwhile";
    }

    @Override
    public void run(Stage stage, Report report) {
        try (Backlog backlog = stage.backlog();
                Backlog few = stage.backlog();
                Backlog smaller = stage.backlog()) {
            int documents = stage.scaled(DOCUMENTS);
            int fewer = Math.max(1, documents / FEWER);
            backlog.inserts(Task.collection(0), documents, 1);
            few.inserts(Task.collection(0), FEW, 1);
            smaller.inserts(Task.collection(0), fewer, 1);
            IntFunction<Task> task = events -> Task.of(stage.uri(), backlog.database(), backlog.now(), events);
            Task ofDebezium = Task.of(stage.uri(), smaller.database(), smaller.now(), fewer);
            Task ofFew = Task.of(stage.uri(), few.database(), few.now(), FEW);
            drain(stage, report, round -> round % 2 == 0 ? ofFew : task.apply(documents), ofDebezium);
            heap(stage, report, task.apply(stage.scaled(HANDLED)).withPause(PAUSE_MICROS));
            latency(stage, report, backlog, task);
        }
    }

    private static void drain(Stage stage, Report report, IntFunction<Task> task, Task ofDebezium) {
        Results alternating = stage.contest()
                .warmUp(2 * WARM_UPS)
                .times(2)
                .with(DRIVER_FIND, task)
                .with(DRIVER_FIND_ELSEWHERE, task)
                .with(DRIVER_FIND_BY_ID, task)
                .with(ONCHANGE_SNAPSHOT, task)
                .once(DEBEZIUM_SNAPSHOT, ofDebezium)
                .run();
        Results results = alternating.everySecond(true);
        report.results(NAME, task.apply(1).events() + " documents", results);
        report.bars(
                "Documents per second to one handler, from the call that starts it (P13)",
                results,
                Measurement::wholeRate);
        report.reach(Reach.atLeast(
                NAME,
                "documents by snapshot, start to last",
                0.8,
                "reactive driver, find",
                results.ratio(ONCHANGE_SNAPSHOT, DRIVER_FIND, Measurement::wholeRate)));
        for (String driver : List.of(DRIVER_FIND, DRIVER_FIND_BY_ID, DRIVER_FIND_ELSEWHERE)) {
            // How fast it is, is the other way round than how long it takes.
            report.reach(Reach.atLeast(
                    NAME,
                    "documents by snapshot, each further one",
                    0.8,
                    "reactive " + driver,
                    alternating.ratioOfFurther(driver, ONCHANGE_SNAPSHOT, Measurement::total)));
        }
        report.reach(Reach.atLeast(
                NAME,
                "documents by snapshot, first to last",
                5,
                "Debezium embedded, initial snapshot",
                results.ratio(ONCHANGE_SNAPSHOT, DEBEZIUM_SNAPSHOT, Measurement::rate)));
    }

    private static void heap(Stage stage, Report report, Task task) {
        Measurement measured = stage.once(ONCHANGE_SNAPSHOT, task);
        report.results(
                NAME,
                task.events() + " documents, heap looked at",
                new Results(List.of(new Series(ONCHANGE_SNAPSHOT, List.of(measured)))));
        long most = measured.heap().stream().mapToLong(Long::longValue).max().orElseThrow();
        report.reach(new Reach(
                NAME,
                "snapshot: heap above idle",
                "≤ 64 MB",
                MOST_MEGABYTES,
                false,
                (most - measured.heap().get(0)) / MEGABYTE,
                "MB"));
    }

    private static void latency(Stage stage, Report report, Backlog backlog, IntFunction<Task> task) {
        int first = stage.scaled(FIRST_INSERTS);
        int inserts = first + stage.scaled(INSERTS);
        IntFunction<Task> each = round -> task.apply(inserts);
        Results results = stage.contest()
                .warmUpTogether(WARM_UPS)
                .with(ONCHANGE_LATENCY, each)
                .with(ONCHANGE_SNAPSHOT_LATENCY, each)
                .making(turn -> backlog.steadily(Task.collection(0), inserts, PER_SECOND))
                .run();
        report.results(NAME, inserts + " inserts at 400 a second", results);
        for (double part : new double[] {0.5, 0.99}) {
            for (Series series : results.all()) {
                report.figure(
                        "%s, p%.0f".formatted(series.contender(), part * 100),
                        series.median(turn -> turn.percentile(part, first)) / 1e3,
                        "ms");
            }
        }
        report.reach(Reach.atMost(
                NAME,
                "insert to handler during a snapshot, p99",
                2,
                "without one",
                results.ratio(ONCHANGE_SNAPSHOT_LATENCY, ONCHANGE_LATENCY, turn -> turn.percentile(0.99, first))));
    }
}
