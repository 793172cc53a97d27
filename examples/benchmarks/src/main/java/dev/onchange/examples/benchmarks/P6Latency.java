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
import java.util.function.ToDoubleFunction;

/** Takes the time from an insert to its handler. */
final class P6Latency implements Bench {

    private static final String NAME = "P6";

    /** Of the delays in all turns together: in one turn there are too few that are longer. */
    private static final double TAIL = 0.99;

    /** Of both together. */
    private static final int PER_SECOND = 400;

    /** Do not count: starting goes on beside them. */
    private static final int FIRST_INSERTS = 100;

    private static final int INSERTS = 800;

    /** So many turns of some seconds, in which both take part at once. */
    private static final int TIMES = 3;

    /**
     * The compiler must have done its work, as in an application that has run for a while: as long as it is at it, one
     * insert in a hundred waits some milliseconds for a processor, whoever is told of it.
     */
    private static final int WARM_UPS = 2;

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
        return "the time from an insert to its handler, at 200 a second each";
    }

    @Override
    public void run(Stage stage, Report report) {
        int first = stage.scaled(FIRST_INSERTS);
        ToDoubleFunction<Measurement> median = turn -> turn.percentile(0.5, first);
        String panel = "From insert to handler, the driver's in the same way being 1 (P6)";
        for (Duel duel : DUELS) {
            Results results = results(stage, duel);
            report.results(name(), duel.work() + ", inserts at 200 a second each", results);
            report.bar(panel, duel.contender() + ", p50", results.ratio(duel.contender(), duel.other(), median));
            report.bar(
                    panel,
                    duel.contender() + ", p99",
                    results.ratioOfDelays(duel.contender(), duel.other(), TAIL, first));
            report.reach(duel.median(results, median));
            report.reach(duel.tail(results, first));
        }
    }

    /**
     * Each listens in a database of its own, and inserts go to one or the other in turn: what the machine does beside may make
     * all of them take twice as long, for a moment or for seconds, and turns of seconds would be as different as these.
     */
    private static Results results(Stage stage, Duel duel) {
        int inserts = stage.scaled(FIRST_INSERTS) + stage.scaled(INSERTS);
        int toWarmUp = inserts + stage.scaled(INSERTS_TO_WARM_UP);
        try (Backlog one = stage.backlog();
                Backlog other = stage.backlog()) {
            List<Backlog> both = List.of(one, other);
            return stage.contest()
                    .times(TIMES)
                    .warmUp(WARM_UPS)
                    .with(duel.contender(), round -> task(stage, one, round > 0 ? inserts : toWarmUp))
                    .with(duel.other(), round -> task(stage, other, round > 0 ? inserts : toWarmUp))
                    .sideBySide(tasks -> {
                        int events = tasks.get(0).events();
                        Backlog.oneByOne(both, Task.collection(0), events - inserts);
                        Backlog.steadily(both, Task.collection(0), inserts, PER_SECOND);
                    })
                    .run();
        }
    }

    private static Task task(Stage stage, Backlog backlog, int events) {
        return Task.of(stage.uri(), backlog.database(), backlog.now(), events);
    }
}
