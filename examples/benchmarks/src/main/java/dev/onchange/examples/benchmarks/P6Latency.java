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
import java.util.List;
import java.util.function.IntFunction;

/** Takes the time from an insert to its handler. */
final class P6Latency implements Bench {

    private static final String PANEL = "From insert to handler, the driver's in the same way being 1 (P6)";

    private static final List<Integer> PERCENTILES = List.of(50, 99);

    /** About a second, so that each block has what OnChange does each second, such as saving positions. */
    private static final int BLOCK = 1_000;

    /** Do not count: starting goes on beside them. */
    private static final int FIRST_INSERTS = 1_000;

    private static final int INSERTS = 10_000;

    /**
     * So many in a run of all too. Seen, the ratio of the 99th percentiles moves by a tenth from block to block, and the median of
     * fifty blocks by a hundredth or two.
     */
    private static final int TURNS = 5;

    /**
     * The compiler must have done its work, as in an application that has run for a while: as long as it is at it, one
     * insert in a hundred waits some milliseconds for a processor, whoever is told of it. Seen, these are 5 to 20 ms for the first
     * 24,000 inserts, and then 2 or 3.
     */
    private static final int INSERTS_TO_WARM_UP = 24_000;

    /** On the same thread, and on another one. */
    private static final List<Duel> DUELS = List.of(
            new Duel("insert to handler, no other thread", ONCHANGE_LATENCY_HERE, "reactive driver", DRIVER_LATENCY),
            new Duel("insert to handler", ONCHANGE_LATENCY, "reactive driver, publishOn", DRIVER_LATENCY_ELSEWHERE));

    /** Whose time is divided by whose. */
    private record Duel(String work, String contender, String driver, String other) {

        double ratio(Results results, int percentile, Stage stage) {
            return results.ratioOfDelays(
                    contender, other, percentile / 100.0, stage.scaled(FIRST_INSERTS), stage.scaled(BLOCK));
        }
    }

    @Override
    public String name() {
        return "P6";
    }

    @Override
    public String shows() {
        return "the time from an insert to its handler, inserts one at a time";
    }

    @Override
    public void run(Stage stage, Report report) {
        for (Duel duel : DUELS) {
            Results results = results(stage, duel);
            report.results(name(), duel.work() + ", inserts one at a time", results);
            for (int percentile : PERCENTILES) {
                double ratio = duel.ratio(results, percentile, stage);
                String named = ", p" + percentile;
                report.bar(PANEL, duel.contender() + named, ratio);
                report.reach(Reach.atMost(name(), duel.work() + named, 1.05, duel.driver(), ratio));
            }
        }
    }

    /**
     * Both are told of the same inserts: most of those that take long do so on the server, or because the machine does something
     * else, and take as long for one as for the other. With inserts of its own each would have its own share of these, and the
     * ratio of the 99th percentiles be uncertain by a tenth after as many.
     */
    private static Results results(Stage stage, Duel duel) {
        int inserts = stage.scaled(FIRST_INSERTS) + stage.scaled(INSERTS);
        int toWarmUp = stage.scaled(INSERTS_TO_WARM_UP);
        try (Backlog backlog = stage.backlog()) {
            IntFunction<Task> task =
                    round -> Task.of(stage.uri(), backlog.database(), backlog.now(), round > 0 ? inserts : toWarmUp);
            return stage.contest()
                    .turns(TURNS)
                    .warmUp(1)
                    .with(duel.contender(), task)
                    .with(duel.other(), task)
                    .sideBySide(tasks ->
                            backlog.oneByOne(Task.collection(0), tasks.get(0).events()))
                    .run();
        }
    }
}
