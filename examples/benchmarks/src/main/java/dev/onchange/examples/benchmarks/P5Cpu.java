package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_UNWANTED;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.function.IntFunction;
import org.bson.BsonTimestamp;

/** Counts the CPU that an event costs the JVM, from the network to the handler's return, beside the driver's. */
final class P5Cpu implements Bench {

    private static final int EVENTS = 200_000;

    /** Each second round has so few that nearly all of it is starting, which is then taken off. */
    private static final int FEW = 50;

    /** Until the compiler has done its work, which costs more than all else that is counted here. */
    private static final int WARM_UPS = 4;

    @Override
    public String name() {
        return "P5";
    }

    @Override
    public String shows() {
        return "what an event costs the JVM: one that no handler wants, and one that is delivered raw";
    }

    @Override
    public void run(Stage stage, Report report) {
        int events = stage.scaled(EVENTS);
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            int few = FEW;
            backlog.inserts(Task.collection(0), few, 1);
            backlog.mark(Task.collection(0), -1);
            backlog.inserts(Task.collection(0), few, events, 1);
            backlog.mark(Task.collection(0), -2);
            IntFunction<Task> all = rounds(stage, backlog, from, events + 2, few + 1);
            Results alternating = stage.contest()
                    .warmUp(2 * WARM_UPS)
                    .times(2)
                    .with(DRIVER_RAW, all)
                    .with(ONCHANGE_RAW, all)
                    .with(ONCHANGE_UNWANTED, rounds(stage, backlog, from, 2, 1))
                    .run();
            Results results = alternating.everySecond(true);
            report.results(name(), events + " events", results);
            double unwanted = alternating.ratioOfFurther(ONCHANGE_UNWANTED, DRIVER_RAW, Measurement::jvmCpuTotal);
            double delivered = alternating.ratioOfFurther(ONCHANGE_RAW, DRIVER_RAW, Measurement::jvmCpuTotal);
            String panel = "The JVM's CPU for an event, the driver's being 1 (P5)";
            report.bar(panel, DRIVER_RAW, 1);
            report.bar(panel, "OnChange, no handler wants it", unwanted);
            report.bar(panel, "OnChange, delivered raw", delivered);
            report.reach(Reach.atMost(
                    name(), "event that no handler wants: JVM CPU", 0.8, "reactive driver, event raw", unwanted));
            report.reach(
                    Reach.atMost(name(), "event delivered raw: JVM CPU", 1.5, "reactive driver, event raw", delivered));
        }
    }

    private static IntFunction<Task> rounds(Stage stage, Backlog backlog, BsonTimestamp from, int all, int few) {
        return round -> Task.of(stage.uri(), backlog.database(), from, round % 2 == 0 ? few : all);
    }
}
