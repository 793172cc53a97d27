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

    /** Of the delays in all turns together: in one turn there are too few that are longer. */
    private static final double TAIL = 0.99;

    private static final int PER_SECOND = 400;

    /** Do not count: starting goes on beside them. */
    private static final int FIRST_INSERTS = 300;

    private static final int INSERTS = 900;

    /** Several turns of some seconds: what else the machine does changes more slowly. */
    private static final int TIMES = 2;

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

        Reach median(Results results, ToDoubleFunction<Measurement> delay) {
            return Reach.atMost(NAME, work + ", p50", 1.05, driver, results.ratio(contender, other, delay));
        }

        Reach tail(Results results, int first) {
            double ratio = results.ratioOfDelays(contender, other, TAIL, first);
            return Reach.atMost(NAME, work + ", p99", 1.05, driver, ratio);
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
            ToDoubleFunction<Measurement> median = turn -> turn.percentile(0.5, first);
            String panel = "From insert to handler at 400 a second, the driver's being 1 (P6)";
            results.all().forEach(series -> {
                String contender = series.contender();
                report.bar(panel, contender + ", p50", results.ratio(contender, DRIVER_LATENCY, median));
                report.bar(panel, contender + ", p99", results.ratioOfDelays(contender, DRIVER_LATENCY, TAIL, first));
            });
            DUELS.forEach(duel -> report.reach(duel.median(results, median)));
            DUELS.forEach(duel -> report.reach(duel.tail(results, first)));
        }
    }
}
