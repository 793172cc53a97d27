package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_IN;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_STREAMS;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_MANY;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Contest;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import org.bson.BsonTimestamp;

/** Divides the changes of one collection among a hundred handlers with one equality each. */
final class P2Equalities implements Bench {

    private static final int HANDLERS = 100;
    private static final int EVENTS = 100_000;

    /** Updates take a hundred streams so long that they get fewer; and one turn has to do. */
    private static final int UPDATES = 20_000;

    /**
     * A hundred streams make the server read its oplog a hundred times; that an insert is not wanted it can tell from the
     * entry alone, in about a fifth of the time that it takes to send one.
     */
    private static final int TIMES_INSERTS = 10;

    /** For an update that is not wanted it has to read the document. */
    private static final int TIMES_LOOK_UPS = 50;

    /**
     * Starting takes its part of the time, and each turn starts once: seen, a turn with look-ups takes a third longer after 4 than
     * after 12, all of it the compiler's.
     */
    private static final int WARM_UPS = 12;

    /** A hundred streams warm up with a tenth of the changes. */
    private static final int PART = 10;

    @Override
    public String name() {
        return "P2";
    }

    @Override
    public String shows() {
        return "a hundred handlers with an equality each, beside one stream by hand and a hundred streams";
    }

    @Override
    public void run(Stage stage, Report report) {
        inserts(stage, report);
        updates(stage, report);
    }

    private void inserts(Stage stage, Report report) {
        try (Backlog few = stage.backlog();
                Backlog backlog = stage.backlog()) {
            Task smaller = inserted(stage, few, EVENTS / PART);
            Task task = inserted(stage, backlog, EVENTS);
            Results results = besideStreams(stage, report, smaller, task, "inserts", TIMES_INSERTS);
            report.reach(Reach.atMost(
                    name(),
                    "100 handlers, one equality each",
                    1.25,
                    "the time of one $in stream by hand",
                    results.ratio(ONCHANGE_MANY, DRIVER_IN, Measurement::total)));
        }
    }

    private static Task inserted(Stage stage, Backlog backlog, int full) {
        int events = stage.scaled(full);
        BsonTimestamp from = backlog.now();
        backlog.inserts(Task.collection(0), events, HANDLERS);
        return Task.of(stage.uri(), backlog.database(), from, events).withHandlers(HANDLERS);
    }

    private void updates(Stage stage, Report report) {
        try (Backlog few = stage.backlog();
                Backlog backlog = stage.backlog()) {
            Task smaller = updated(stage, few, UPDATES / PART);
            Task task = updated(stage, backlog, UPDATES);
            besideStreams(stage, report, smaller, task, "updates with UPDATE_LOOKUP", TIMES_LOOK_UPS);
        }
    }

    private static Task updated(Stage stage, Backlog backlog, int full) {
        int events = stage.scaled(full);
        backlog.inserts(Task.collection(0), events, HANDLERS);
        BsonTimestamp from = backlog.now();
        backlog.updates(Task.collection(0), events);
        return Task.of(stage.uri(), backlog.database(), from, events)
                .withHandlers(HANDLERS)
                .withLookUp();
    }

    private Results besideStreams(Stage stage, Report report, Task smaller, Task task, String changes, int times) {
        Contest contest = contest(stage, task).once(DRIVER_STREAMS, smaller, task);
        Results results = shown(report, task.events() + " " + changes, contest);
        report.reach(Reach.atLeast(
                name(),
                "100 handlers, one equality each, " + changes,
                times,
                "the speed of 100 streams",
                1 / results.ratio(ONCHANGE_MANY, DRIVER_STREAMS, Measurement::total)));
        return results;
    }

    private static Contest contest(Stage stage, Task task) {
        return stage.contest().warmUp(WARM_UPS).with(DRIVER_IN, task).with(ONCHANGE_MANY, task);
    }

    private Results shown(Report report, String work, Contest contest) {
        Results results = contest.run();
        report.results(name(), HANDLERS + " handlers, " + work, results);
        report.bars("Seconds for " + work + " and 100 handlers (P2)", results, Measurement::total);
        return results;
    }
}
