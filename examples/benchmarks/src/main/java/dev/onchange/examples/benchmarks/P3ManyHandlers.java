package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_IN;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_MANY;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Curves;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonTimestamp;

/** Raises the number of handlers of one collection to ten thousand. */
final class P3ManyHandlers implements Bench {

    private static final int EVENTS = 50_000;
    private static final int MOST = 10_000;
    private static final List<Integer> HANDLERS = List.of(1, 10, 100, 1000, MOST);
    private static final Curves.Axes AXES =
            new Curves.Axes("Events per second over the number of handlers (P3)", "handlers", "events/s", true);

    private static final Curves.Axes CPU = new Curves.Axes(
            "JVM CPU for an event over the number of handlers, the driver's being 1 (P3)",
            "handlers",
            "× the driver's",
            true);

    @Override
    public String name() {
        return "P3";
    }

    @Override
    public String shows() {
        return "ten thousand handlers with an equality each, beside one";
    }

    @Override
    public void run(Stage stage, Report report) {
        int events = stage.scaled(EVENTS);
        List<Backlog> backlogs = new ArrayList<>();
        var contest = stage.contest();
        for (int handlers : HANDLERS) {
            Backlog backlog = stage.backlog();
            backlogs.add(backlog);
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), events, handlers);
            Task task = Task.of(stage.uri(), backlog.database(), from, events).withHandlers(handlers);
            // Planning ten thousand handlers takes longer than reading, and has the compiler at work as well.
            if (handlers == MOST) {
                contest.warmedUpOnce(named(ONCHANGE_MANY, handlers), ONCHANGE_MANY, task);
            } else {
                contest.with(named(ONCHANGE_MANY, handlers), ONCHANGE_MANY, task);
            }
            contest.with(named(DRIVER_IN, handlers), DRIVER_IN, task);
        }
        Results results = contest.run();
        backlogs.forEach(Backlog::close);
        report.results(name(), events + " events", results);
        for (String contender : List.of(ONCHANGE_MANY, DRIVER_IN)) {
            HANDLERS.forEach(handlers -> report.point(
                    AXES,
                    contender,
                    handlers,
                    results.of(named(contender, handlers)).median(Measurement::rate)));
        }
        for (int handlers : HANDLERS) {
            report.point(CPU, DRIVER_IN, handlers, 1);
            report.point(
                    CPU,
                    ONCHANGE_MANY,
                    handlers,
                    results.ratio(
                            named(ONCHANGE_MANY, handlers),
                            named(DRIVER_IN, handlers),
                            Measurement::jvmMicrosPerEvent));
        }
        report.reach(Reach.atLeast(
                name(),
                "10,000 handlers, one equality each",
                0.5,
                "the events/s of one",
                results.ratio(named(ONCHANGE_MANY, MOST), named(ONCHANGE_MANY, 1), Measurement::rate)));
    }

    private static String named(String contender, int handlers) {
        return contender + ": " + handlers;
    }
}
