package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RAW;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Curves;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Contest;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonTimestamp;

/** Raises the size of the documents from a tenth of a kilobyte to a megabyte. */
final class P11Sizes implements Bench {

    private static final List<Integer> SIZES = List.of(100, 1_000, 10_000, 100_000, 1_000_000);
    private static final int MOST_EVENTS = 50_000;

    /** Of large documents there are fewer. */
    private static final int BYTES = 50_000_000;

    /** Starting takes its part of the time, and gets faster for longer than reading does. */
    private static final int WARM_UPS = 3;

    private static final Curves.Axes AXES = new Curves.Axes(
            "Time from start to last event over the size of the documents, the driver's being 1 (P11)",
            "bytes",
            "× the driver's",
            true);

    @Override
    public String name() {
        return "P11";
    }

    @Override
    public String shows() {
        return "what the size of the documents costs, beside the driver";
    }

    @Override
    public void run(Stage stage, Report report) {
        List<Backlog> backlogs = new ArrayList<>();
        Contest contest = stage.contest().warmUp(WARM_UPS);
        for (int size : SIZES) {
            Backlog backlog = stage.backlog();
            backlogs.add(backlog);
            BsonTimestamp from = backlog.now();
            int events = stage.scaled(Math.min(MOST_EVENTS, BYTES / size));
            backlog.large(Task.collection(0), events, size);
            Task task = Task.of(stage.uri(), backlog.database(), from, events);
            contest.with(named(DRIVER_RAW, size), DRIVER_RAW, task);
            contest.with(named(ONCHANGE_RAW, size), ONCHANGE_RAW, task);
        }
        Results results = contest.run();
        backlogs.forEach(Backlog::close);
        report.results(name(), "documents of so many bytes", results);
        for (int size : SIZES) {
            double time = results.ratio(named(ONCHANGE_RAW, size), named(DRIVER_RAW, size), Measurement::total);
            report.point(AXES, DRIVER_RAW, size, 1);
            report.point(AXES, ONCHANGE_RAW, size, time);
            report.reach(Reach.atMost(
                    name(),
                    "documents of " + size + " bytes, start to last event",
                    1,
                    "reactive driver, event raw",
                    time));
        }
    }

    private static String named(String contender, int size) {
        return contender + ": " + size;
    }
}
