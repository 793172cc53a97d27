package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW_DOCUMENT;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_RAW;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Curves;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.bson.BsonTimestamp;

/** Raises the size of the documents from a tenth of a kilobyte to a megabyte. */
final class P11Sizes implements Bench {

    private static final List<Integer> SIZES = List.of(100, 1_000, 10_000, 100_000, 1_000_000);
    private static final int MOST_EVENTS = 60_000;

    /** Of large documents there are fewer. */
    private static final long BYTES = 200_000_000;

    /** In each second round there are so few that nearly all of it is starting, which is then taken off. */
    private static final int FEW = 2;

    private static final int WARM_UPS = 3;

    /** Large documents are few in a round, and the compiler counts calls. */
    private static final int WARM_UPS_OF_FEW = 9;

    /** A round of so few events is short enough to be repeated more often. */
    private static final int FEW_EVENTS = 10_000;

    private static final Curves.Axes TIME = new Curves.Axes(
            "Time for each further document over its size, the driver's being 1 (P11)",
            "bytes",
            "× the driver's",
            true);
    private static final Curves.Axes CPU = new Curves.Axes(
            "JVM CPU for each further document over its size, the driver's being 1 (P11)",
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
        SIZES.forEach(size -> run(stage, report, size));
    }

    /** One size after the other, as the server's history cannot hold all. */
    private void run(Stage stage, Report report, int size) {
        try (Backlog backlog = stage.backlog();
                Backlog other = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            int events = stage.scaled((int) Math.min(MOST_EVENTS, BYTES / size));
            backlog.large(Task.collection(0), events, size);
            Task all = Task.of(stage.uri(), backlog.database(), from, events);
            Task few = Task.of(stage.uri(), other.database(), other.now(), FEW);
            other.large(Task.collection(0), FEW, size);
            IntFunction<Task> task = round -> round % 2 == 0 ? few : all;
            Results alternating = stage.contest()
                    .warmUp(2 * (events < FEW_EVENTS ? WARM_UPS_OF_FEW : WARM_UPS))
                    .times(events < FEW_EVENTS ? 6 : 2)
                    .with(DRIVER_RAW_DOCUMENT, task)
                    .with(ONCHANGE_RAW, task)
                    .run();
            report.results(name(), "documents of %,d bytes".formatted(size), alternating.everySecond(true));
            double time = further(alternating, Measurement::total);
            String work = "time for each further document of %,d bytes".formatted(size);
            report.point(TIME, DRIVER_RAW_DOCUMENT, size, 1);
            report.point(TIME, ONCHANGE_RAW, size, time);
            report.point(CPU, DRIVER_RAW_DOCUMENT, size, 1);
            report.point(CPU, ONCHANGE_RAW, size, further(alternating, Measurement::jvmCpuTotal));
            report.reach(Reach.atMost(name(), work, 1, Comparison.DRIVER, time));
        }
    }

    private static double further(Results alternating, ToDoubleFunction<Measurement> what) {
        return alternating.ratioOfFurther(ONCHANGE_RAW, DRIVER_RAW_DOCUMENT, what);
    }
}
