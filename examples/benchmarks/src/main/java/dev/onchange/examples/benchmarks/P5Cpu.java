package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW_DOCUMENT;
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

    private static final int EVENTS = 150_000;

    /** In each second round there are so few that nearly all of it is starting, which is then taken off. */
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
        try (Backlog backlog = stage.backlog();
                Backlog other = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), events, 1).mark(Task.collection(0), Task.LAST);
            BsonTimestamp later = other.now();
            other.inserts(Task.collection(0), FEW, 1).mark(Task.collection(0), Task.LAST);
            Task all = Task.of(stage.uri(), backlog.database(), from, events + 1);
            Task few = Task.of(stage.uri(), other.database(), later, FEW + 1);
            IntFunction<Task> task = round -> round % 2 == 0 ? few : all;
            Results alternating = stage.contest()
                    .warmUp(2 * WARM_UPS)
                    .times(2)
                    .with(DRIVER_RAW_DOCUMENT, task)
                    .with(ONCHANGE_RAW, task)
                    .with(ONCHANGE_UNWANTED, round -> task.apply(round).withEvents(1))
                    .with(DRIVER_RAW, task)
                    .run();
            Results results = alternating.everySecond(true);
            report.results(name(), events + " events", results);
            String panel = "The JVM's CPU for an event, the driver's being 1 (P5)";
            report.bar(panel, DRIVER_RAW_DOCUMENT, 1);
            report.bar(panel, DRIVER_RAW, further(alternating, DRIVER_RAW, DRIVER_RAW_DOCUMENT));
            compare(report, alternating, panel, "event that no handler wants", ONCHANGE_UNWANTED, 0.8);
            compare(report, alternating, panel, "event delivered raw", ONCHANGE_RAW, 1.5);
        }
    }

    private void compare(
            Report report, Results alternating, String panel, String event, String contender, double most) {
        String work = event + ": JVM CPU";
        double cost = further(alternating, contender, DRIVER_RAW_DOCUMENT);
        report.bar(panel, "OnChange, " + event, cost);
        report.reach(Reach.atMost(name(), work, most, Comparison.DRIVER, cost));
        report.reach(Reach.none(name(), work, Comparison.UNREAD, further(alternating, contender, DRIVER_RAW)));
    }

    private static double further(Results alternating, String one, String other) {
        return alternating.ratioOfFurther(one, other, Measurement::jvmCpuTotal);
    }
}
