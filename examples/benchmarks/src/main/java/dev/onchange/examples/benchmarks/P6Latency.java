package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_LATENCY;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_LATENCY_ELSEWHERE;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_LATENCY;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_LATENCY_HERE;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Takes the time from an insert to its handler. */
final class P6Latency implements Bench {

    private static final int PER_SECOND = 200;
    private static final int INSERTS = 400;

    /** Many short turns: what else the machine does changes more slowly than they do. */
    private static final int TIMES = 4;

    /** Before these, at once, so that the compiler has done its work as in an application that has run for a while. */
    private static final int BURST = 5_000;

    @Override
    public String name() {
        return "P6";
    }

    @Override
    public String shows() {
        return "the time from an insert to its handler, at 200 a second";
    }

    @Override
    public void run(Stage stage, Report report) {
        int inserts = stage.scaled(INSERTS);
        int passedOver = BURST + inserts / 10;
        try (Backlog backlog = stage.backlog()) {
            Supplier<Task> task = () -> Task.of(stage.uri(), backlog.database(), backlog.now(), BURST + inserts);
            Results results = stage.contest()
                    .times(TIMES)
                    .with(DRIVER_LATENCY, task)
                    .with(ONCHANGE_LATENCY_HERE, task)
                    .with(DRIVER_LATENCY_ELSEWHERE, task)
                    .with(ONCHANGE_LATENCY, task)
                    .making(each -> backlog.quickly(Task.collection(0), BURST)
                            .steadily(Task.collection(0), inserts, PER_SECOND))
                    .run();
            report.results(name(), BURST + " inserts at once, then " + inserts + " at 200 a second", results);
            for (double part : new double[] {0.5, 0.99}) {
                String percentile = "p" + Math.round(part * 100);
                Function<String, Double> delay =
                        contender -> results.of(contender).percentile(part, passedOver);
                results.all()
                        .forEach(series -> report.bar(
                                "Microseconds from insert to handler at 200 a second (P6)",
                                series.contender() + ", " + percentile,
                                delay.apply(series.contender())));
                double here = delay.apply(ONCHANGE_LATENCY_HERE) / delay.apply(DRIVER_LATENCY);
                double elsewhere = delay.apply(ONCHANGE_LATENCY) / delay.apply(DRIVER_LATENCY_ELSEWHERE);
                report.reach(atMost("never waits, " + percentile, "reactive driver", here));
                report.reach(atMost("may wait, " + percentile, "reactive driver, publishOn", elsewhere));
            }
        }
    }

    private Reach atMost(String handler, String driver, double ratio) {
        return Reach.atMost(name(), "insert to handler that " + handler, 1.05, driver, ratio);
    }
}
