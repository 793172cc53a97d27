package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_DATABASE;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_STREAMS;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COLLECTIONS;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import org.bson.BsonTimestamp;

/** Watches fifty collections while changes of another one go by. */
final class P4Collections implements Bench {

    private static final int COLLECTIONS = 50;
    private static final int UNRELATED = 100_000;

    @Override
    public String name() {
        return "P4";
    }

    @Override
    public String shows() {
        return "what fifty handlers of fifty collections cost the server, beside one database stream and fifty streams";
    }

    @Override
    public void run(Stage stage, Report report) {
        int unrelated = stage.scaled(UNRELATED);
        try (Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts("other", unrelated, 1);
            for (int i = 0; i < COLLECTIONS; i++) {
                backlog.mark(Task.collection(i), i);
            }
            Task task =
                    Task.of(stage.uri(), backlog.database(), from, COLLECTIONS).withCollections(COLLECTIONS);
            Results results = stage.contest()
                    .with(DRIVER_DATABASE, task)
                    .with(ONCHANGE_COLLECTIONS, task)
                    .once(DRIVER_STREAMS, task)
                    .run();
            report.results(name(), unrelated + " unrelated inserts, then 50 events", results);
            report.bars(
                    "Seconds of the server's CPU for 50 collections while " + unrelated + " other changes go by (P4)",
                    results,
                    Measurement::serverCpu);
            report.reach(Reach.atMost(
                    name(),
                    "50 collections, 50 handlers: server CPU",
                    1.2,
                    "one database stream",
                    results.ratio(ONCHANGE_COLLECTIONS, DRIVER_DATABASE, Measurement::serverCpu)));
        }
    }
}
