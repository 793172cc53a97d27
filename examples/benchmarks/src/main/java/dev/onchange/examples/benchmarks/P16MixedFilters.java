package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_MIXED;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_MIXED_UNFILTERED;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.examples.benchmarks.contender.ManyHandlers;
import dev.onchange.examples.benchmarks.contender.Receiver;
import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Medians;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;
import org.bson.Document;

/** Handlers with filters of every kind on one busy collection, of whose changes they want few. */
final class P16MixedFilters implements Bench {

    private static final int HANDLERS = 1_000;
    private static final int EVENTS = 100_000;
    private static final int WARM_UPS = 3;
    private static final int MOST_HANDLERS = 10_000;
    private static final int REGISTERED = 5;

    @Override
    public String name() {
        return "P16";
    }

    @Override
    public String shows() {
        return "a thousand handlers with ranges, expressions and patterns: what the server's filter saves, how long planning takes";
    }

    @Override
    public void run(Stage stage, Report report) {
        saved(stage, report);
        planned(stage, report, HANDLERS, 200);
        planned(stage, report, MOST_HANDLERS, 500);
    }

    private void saved(Stage stage, Report report) {
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            int events = stage.scaled(EVENTS);
            backlog.mark(Task.collection(0), -1);
            backlog.inserts(Task.collection(0), events, 1);
            backlog.mark(Task.collection(0), -2);
            Task task = Task.of(stage.uri(), backlog.database(), from, 2).withHandlers(HANDLERS);
            Results results = stage.contest()
                    .warmUp(WARM_UPS)
                    .with(ONCHANGE_MIXED, task)
                    .with(ONCHANGE_MIXED_UNFILTERED, task)
                    .run();
            report.results(name(), HANDLERS + " mixed handlers, 2 of " + events + " inserts wanted", results);
            report.reach(Reach.atMost(
                    name(),
                    "1,000 mixed handlers: CPU of JVM and server",
                    0.75,
                    "all events sent",
                    results.ratio(ONCHANGE_MIXED, ONCHANGE_MIXED_UNFILTERED, P16MixedFilters::cpu)));
        }
    }

    private static double cpu(Measurement turn) {
        return turn.jvmCpuTotal() + turn.serverCpu();
    }

    /** With so many handlers: the plan of all, and one more while the others listen. */
    private void planned(Stage stage, Report report, int handlers, int bound) {
        try (Backlog backlog = stage.backlog()) {
            Task task =
                    Task.of(stage.uri(), backlog.database(), backlog.now(), 1).withHandlers(handlers);
            Receiver receiver = new Receiver(task, () -> {});
            double[] plans = IntStream.range(0, REGISTERED)
                    .mapToDouble(turn ->
                            millis(() -> ManyHandlers.mixed(task, receiver).plan()))
                    .toArray();
            report.figure("plan of %,d mixed handlers, scanning included".formatted(handlers), Medians.of(plans), "ms");
            try (ChangeListeners listeners = ManyHandlers.mixed(task, receiver).start()) {
                double[] more = IntStream.range(0, REGISTERED)
                        .mapToDouble(turn -> millis(() -> one(listeners, turn)))
                        .toArray();
                report.figure(
                        "one more handler beside %,d, goal %,d ms: %s"
                                .formatted(handlers, bound, Arrays.toString(more)),
                        Medians.of(more),
                        "ms");
            }
        }
    }

    private static void one(ChangeListeners listeners, int turn) {
        listeners
                .on(Task.collection(0))
                .id("more" + turn)
                .match("{ 'fullDocument.qty': { $gt: " + (2_000_000 + turn) + " } }")
                .handle((ChangeEvent<Document> change) -> {});
    }

    private static double millis(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e6;
    }
}
