package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DEBEZIUM;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_DOCUMENT;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW_DOCUMENT;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RECORD;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_DOCUMENT;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RECORD;
import static dev.onchange.examples.benchmarks.contender.Contenders.SPRING_CONTAINER;
import static dev.onchange.examples.benchmarks.contender.Contenders.SPRING_REACTIVE;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.List;
import java.util.function.IntFunction;
import org.bson.BsonTimestamp;

/** Reads a backlog as fast as it can, with one handler. */
final class P1Drain implements Bench {

    /** Until the compiler has done its work: seen, the first rounds take half as long again. */
    private static final int WARM_UPS = 4;

    private static final int EVENTS = 100_000;

    /** In each second round there are so few that nearly all of it is starting. */
    private static final int FEW = 50;

    private static final List<Comparison> COMPARISONS = List.of(
            Comparison.raw("raw document", 1, 1.5),
            new Comparison(
                    "record of 6 fields", ONCHANGE_RECORD, DRIVER_RECORD, Comparison.DRIVER + ", same record", 1, 0.75),
            Comparison.unread("raw document"));

    @Override
    public String name() {
        return "P1";
    }

    @Override
    public String shows() {
        return "how fast a backlog is read by one handler, raw and decoded";
    }

    @Override
    public void run(Stage stage, Report report) {
        int events = stage.scaled(EVENTS);
        try (Backlog backlog = stage.backlog();
                Backlog other = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), events, 1);
            Task all = Task.of(stage.uri(), backlog.database(), from, events);
            Task few = Task.of(stage.uri(), other.database(), other.now(), FEW);
            other.inserts(Task.collection(0), FEW, 1);
            IntFunction<Task> task = round -> round % 2 == 0 ? few : all;
            Results alternating = stage.contest()
                    .warmUp(2 * WARM_UPS)
                    .times(2)
                    .with(DRIVER_RAW_DOCUMENT, task)
                    .with(ONCHANGE_RAW, task)
                    .with(DRIVER_RAW, task)
                    .run();
            Results decoded = stage.contest()
                    .warmUp(WARM_UPS)
                    .with(DRIVER_DOCUMENT, all)
                    .with(ONCHANGE_RECORD, all)
                    .with(ONCHANGE_DOCUMENT, all)
                    .with(DRIVER_RECORD, all)
                    .with(SPRING_REACTIVE, all)
                    .with(SPRING_CONTAINER, all)
                    .with(DEBEZIUM, all, 1)
                    .run();
            Results results = alternating.everySecond(true).and(decoded);
            report.results(name(), "drain " + events + " events", results);
            report.bars(
                    "Events per second with one handler, from the call that starts it (P1)",
                    results,
                    Measurement::wholeRate);
            starts(report, alternating.everySecond(false));
            COMPARISONS.forEach(comparison -> comparison.reach(name(), report, results));
            report.reach(Reach.atMost(
                    name(),
                    "raw document, each further event: JVM CPU",
                    1.5,
                    Comparison.DRIVER,
                    alternating.ratioOfFurther(ONCHANGE_RAW, DRIVER_RAW_DOCUMENT, Measurement::jvmCpuTotal)));
        }
    }

    private static void starts(Report report, Results starts) {
        for (String contender : List.of(ONCHANGE_RAW, DRIVER_RAW_DOCUMENT)) {
            report.figure(
                    contender + ", to start",
                    1000 * starts.of(contender).median(Measurement::jvmCpuTotal),
                    "ms of JVM CPU");
        }
    }
}
