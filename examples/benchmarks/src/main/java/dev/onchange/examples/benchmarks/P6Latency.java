package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_LATENCY;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_LATENCY_ELSEWHERE;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_LATENCY;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_LATENCY_HERE;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/** Takes the time from an insert to its handler. */
final class P6Latency implements Bench {

    private static final String NAME = "P6";

    private static final int PER_SECOND = 400;

    /** Do not count: starting goes on beside them. */
    private static final int FIRST_INSERTS = 100;

    private static final int INSERTS = 300;

    /** Many short turns: what else the machine does changes more slowly than they do. */
    private static final int TIMES = 6;

    /**
     * The compiler must have done its work, as in an application that has run for a while: as long as it is at it, one
     * insert in a hundred waits some milliseconds for a processor, whoever is told of it.
     */
    private static final int WARM_UPS = 3;

    /** One at a time, as those that are measured: a burst goes another way. */
    private static final int INSERTS_TO_WARM_UP = 3_000;

    /** On the same thread, and on another one. */
    private static final List<Duel> DUELS = List.of(
            new Duel("insert to handler, no other thread", ONCHANGE_LATENCY_HERE, "reactive driver", DRIVER_LATENCY),
            new Duel("insert to handler", ONCHANGE_LATENCY, "reactive driver, publishOn", DRIVER_LATENCY_ELSEWHERE));

    /** Whose time is divided by whose. */
    private record Duel(String work, String contender, String driver, String other) {

        Reach reach(String percentile, Results results, ToDoubleFunction<Measurement> delay) {
            return Reach.atMost(NAME, work + ", " + percentile, 1.05, driver, results.ratio(contender, other, delay));
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String shows() {
        return "the time from an insert to its handler, at 400 a second";
    }

    @Override
    public void run(Stage stage, Report report) {
        int first = stage.scaled(FIRST_INSERTS);
        int inserts = first + stage.scaled(INSERTS);
        int toWarmUp = inserts + stage.scaled(INSERTS_TO_WARM_UP);
        try (Backlog backlog = stage.backlog()) {
            IntFunction<Task> task =
                    round -> Task.of(stage.uri(), backlog.database(), backlog.now(), round > 0 ? inserts : toWarmUp);
            Results results = stage.contest()
                    .times(TIMES)
                    .warmUpTogether(WARM_UPS)
                    .with(DRIVER_LATENCY, task)
                    .with(ONCHANGE_LATENCY_HERE, task)
                    .with(DRIVER_LATENCY_ELSEWHERE, task)
                    .with(ONCHANGE_LATENCY, task)
                    .making(each -> backlog.oneByOne(Task.collection(0), each.events() - inserts)
                            .steadily(Task.collection(0), inserts, PER_SECOND))
                    .run();
            report.results(name(), inserts + " inserts at 400 a second", results);
            for (double part : new double[] {0.5, 0.99}) {
                String percentile = "p" + Math.round(part * 100);
                ToDoubleFunction<Measurement> delay = turn -> turn.percentile(part, first);
                results.all()
                        .forEach(series -> report.bar(
                                "From insert to handler at 400 a second, the driver's being 1 (P6)",
                                series.contender() + ", " + percentile,
                                results.ratio(series.contender(), DRIVER_LATENCY, delay)));
                DUELS.forEach(duel -> report.reach(duel.reach(percentile, results, delay)));
                report.figure(
                        "another thread, beside the driver's own thread, " + percentile,
                        results.ratio(ONCHANGE_LATENCY, DRIVER_LATENCY, delay),
                        "x");
            }
        }
    }
}
