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
import java.util.function.IntFunction;
import org.bson.BsonTimestamp;

/** Reads a backlog as fast as it can, with one handler. */
final class P1Drain implements Bench {

    /** Until the compiler has done its work: seen, the first rounds take half as long again. */
    private static final int WARM_UPS = 5;

    private static final int EVENTS = 100_000;

    /** Each second round has so few that nearly all of it is starting. */
    private static final int FEW = 50;

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
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), events, 1);
            Task all = Task.of(stage.uri(), backlog.database(), from, events);
            Task few = Task.of(stage.uri(), backlog.database(), from, FEW);
            IntFunction<Task> task = round -> round % 2 == 0 ? few : all;
            Results alternating = stage.contest()
                    .warmUp(2 * WARM_UPS)
                    .times(2)
                    .with(DRIVER_RAW, task)
                    .with(ONCHANGE_RAW, task)
                    .with(DRIVER_RAW_DOCUMENT, task)
                    .with(DRIVER_DOCUMENT, task)
                    .with(ONCHANGE_RECORD, task)
                    .with(ONCHANGE_DOCUMENT, task)
                    .with(DRIVER_RECORD, task)
                    .with(SPRING_REACTIVE, task)
                    .with(SPRING_CONTAINER, task)
                    .with(DEBEZIUM, all, 1)
                    .run();
            Results results = alternating.everySecond(true);
            Results starts = alternating.everySecond(false);
            report.results(name(), "drain " + events + " events", results);
            report.bars(
                    "Events per second with one handler, from the call that starts it (P1)",
                    results,
                    Measurement::wholeRate);
            report.reach(Reach.atLeast(
                    name(),
                    "start to last event, raw document",
                    1,
                    "reactive driver, event raw",
                    results.ratio(ONCHANGE_RAW, DRIVER_RAW, Measurement::wholeRate)));
            report.figure(
                    "OnChange, to start and read " + few.events(),
                    1000 * starts.of(ONCHANGE_RAW).median(Measurement::jvmCpuTotal),
                    "ms of JVM CPU");
            report.figure(
                    "reactive driver, to start and read " + few.events(),
                    1000 * starts.of(DRIVER_RAW).median(Measurement::jvmCpuTotal),
                    "ms of JVM CPU");
            report.reach(Reach.atMost(
                    name(),
                    "raw document, starting included: JVM CPU",
                    1.5,
                    "reactive driver, event raw",
                    results.ratio(ONCHANGE_RAW, DRIVER_RAW, Measurement::jvmMicrosInAll)));
            report.reach(Reach.atMost(
                    name(),
                    "raw document, each further event: JVM CPU",
                    1.5,
                    "reactive driver, event raw",
                    alternating.ratioOfFurther(ONCHANGE_RAW, DRIVER_RAW, Measurement::jvmCpuTotal)));
            report.reach(Reach.atMost(
                    name(),
                    "raw document, each further event: JVM CPU",
                    1,
                    "reactive driver, ChangeStreamDocument of RawBsonDocument",
                    alternating.ratioOfFurther(ONCHANGE_RAW, DRIVER_RAW_DOCUMENT, Measurement::jvmCpuTotal)));
            report.reach(Reach.atLeast(
                    name(),
                    "start to last event, record of 6 fields",
                    1,
                    "reactive driver, same record",
                    results.ratio(ONCHANGE_RECORD, DRIVER_RECORD, Measurement::wholeRate)));
            report.reach(Reach.atMost(
                    name(),
                    "record of 6 fields: JVM CPU",
                    0.75,
                    "reactive driver, same record",
                    results.ratio(ONCHANGE_RECORD, DRIVER_RECORD, Measurement::jvmMicrosInAll)));
        }
    }
}
