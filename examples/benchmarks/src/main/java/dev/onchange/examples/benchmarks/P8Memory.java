package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RAW;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Curves;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Series;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.List;
import org.bson.BsonTimestamp;

/** Lets a slow handler face a large backlog. */
final class P8Memory implements Bench {

    /** What has no bound reads in some seconds; to insert more takes longer than to look at the heap. */
    private static final int BACKLOG = 300_000;

    /** So many are handled meanwhile. */
    private static final int HANDLED = 6_000;

    private static final long PAUSE_MICROS = 1_000;
    private static final double MEGABYTE = 1024 * 1024;
    private static final Curves.Axes AXES = new Curves.Axes(
            "Live heap before and while a slow handler faces a large backlog (P8)", "seconds", "MB", false);

    @Override
    public String name() {
        return "P8";
    }

    @Override
    public String shows() {
        return "how much memory a slow handler takes that faces a large backlog";
    }

    @Override
    public void run(Stage stage, Report report) {
        int events = stage.scaled(BACKLOG);
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), events, 1);
            Task task = Task.of(stage.uri(), backlog.database(), from, stage.scaled(HANDLED))
                    .withPause(PAUSE_MICROS);
            double driver = 0;
            for (String contender : List.of(DRIVER_RAW, ONCHANGE_RAW)) {
                Measurement measured = stage.once(contender, task);
                report.results(
                        name(),
                        "backlog of " + events + " events",
                        new Results(List.of(new Series(contender, List.of(measured)))));
                for (int second = 0; second < measured.heap().size(); second++) {
                    report.point(AXES, contender, second, measured.heap().get(second) / MEGABYTE);
                }
                report.figure(contender + ": heap above idle", aboveIdle(measured), "MB");
                if (contender.equals(DRIVER_RAW)) {
                    driver = aboveIdle(measured);
                } else {
                    report.reach(Reach.atMost(
                            name(),
                            "slow handler, large backlog: heap above idle",
                            0.5,
                            Comparison.UNREAD,
                            aboveIdle(measured) / driver));
                }
            }
        }
    }

    private static double aboveIdle(Measurement measured) {
        long most = measured.heap().stream().mapToLong(Long::longValue).max().orElseThrow();
        return (most - measured.heap().get(0)) / MEGABYTE;
    }
}
