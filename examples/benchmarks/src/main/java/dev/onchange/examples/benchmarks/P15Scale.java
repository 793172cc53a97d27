package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_RAW_DOCUMENT;
import static dev.onchange.examples.benchmarks.contender.Contenders.DRIVER_STREAMS;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_COLLECTIONS;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_INSTANCES;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_INSTANCES_WAITING;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_STREAMS;

import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.examples.benchmarks.report.Curves;
import dev.onchange.examples.benchmarks.report.Reach;
import dev.onchange.examples.benchmarks.report.Report;
import dev.onchange.examples.benchmarks.run.Backlog;
import dev.onchange.examples.benchmarks.run.Contest;
import dev.onchange.examples.benchmarks.run.Measurement;
import dev.onchange.examples.benchmarks.run.Results;
import dev.onchange.examples.benchmarks.run.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;

/** Divides the same changes among more streams, and one handler among more instances. */
final class P15Scale implements Bench {

    private static final String NAME = "P15";
    private static final List<Integer> NUMBERS = List.of(1, 2, 4);
    private static final int MOST = 4;
    private static final int WARM_UPS = 2;
    private static final int EVENTS = 60_000;

    /** What the server needs for the same work moves by some percent from turn to turn: so many in a run of all too. */
    private static final int TURNS = 4;

    /** Of a handler that waits, which take seconds. */
    private static final int WAITING_TURNS = 2;

    /**
     * They are divided by their keys: of 600, the instance with the most of four would have a fourteenth more than its share, and
     * the time is until it has handled them.
     */
    private static final int WAITED_FOR = 2_000;

    private static final String SHARED = "OnChange, one stream for all";

    private static final Curves.Axes STREAMS_TIME = new Curves.Axes(
            "Time from start to last event over the number of streams, the driver's being 1 (P15)",
            "streams",
            "× the driver's",
            true);
    private static final Curves.Axes STREAMS_CPU = new Curves.Axes(
            "JVM CPU for an event over the number of streams, the driver's being 1 (P15)",
            "streams",
            "× the driver's",
            true);
    private static final Curves.Axes INSTANCES_RATE = new Curves.Axes(
            "Events per second of a handler that waits, over the number of instances, those of one being 1 (P15)",
            "instances",
            "× one instance",
            true);
    private static final Curves.Axes INSTANCES_CPU = new Curves.Axes(
            "JVM CPU for an event over the number of instances, that of one driver's stream being 1 (P15)",
            "instances",
            "× the driver's",
            true);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String shows() {
        return "one, two and four streams, beside as many of the driver; one, two and four instances that share a"
                + " handler";
    }

    @Override
    public void run(Stage stage, Report report) {
        streams(stage, report);
        instances(stage, report);
    }

    private static void streams(Stage stage, Report report) {
        List<Backlog> backlogs = new ArrayList<>();
        Contest contest = stage.contest().sharingProcesses().warmUp(WARM_UPS).turns(TURNS);
        int events = stage.scaled(EVENTS) / MOST * MOST;
        for (int number : NUMBERS) {
            Backlog backlog = stage.backlog();
            backlogs.add(backlog);
            BsonTimestamp from = backlog.now();
            IntStream.range(0, number).forEach(i -> backlog.inserts(Task.collection(i), events / number, 1));
            Task task = Task.of(stage.uri(), backlog.database(), from, events).withCollections(number);
            contest.with(named(DRIVER_STREAMS, number), DRIVER_STREAMS, task)
                    .with(named(ONCHANGE_STREAMS, number), ONCHANGE_STREAMS, task)
                    .with(named(SHARED, number), ONCHANGE_COLLECTIONS, task);
        }
        Results results = contest.run();
        backlogs.forEach(Backlog::close);
        report.results(NAME, events + " events of 1, 2 and 4 collections", results);
        for (int number : NUMBERS) {
            String driver = named(DRIVER_STREAMS, number);
            report.point(STREAMS_TIME, DRIVER_STREAMS, number, 1);
            report.point(STREAMS_CPU, DRIVER_STREAMS, number, 1);
            for (String contender : List.of(ONCHANGE_STREAMS, SHARED)) {
                String own = named(contender, number);
                report.point(STREAMS_TIME, contender, number, results.ratio(own, driver, Measurement::total));
                report.point(
                        STREAMS_CPU, contender, number, results.ratio(own, driver, Measurement::jvmMicrosPerEvent));
            }
        }
        String time = ", start to last event";
        reach(report, results, ONCHANGE_STREAMS, "4 streams of 4 collections" + time, 1, Measurement::total);
        reach(report, results, SHARED, "1 stream for 4 collections" + time, 1, Measurement::total);
        reach(report, results, SHARED, "1 stream for 4 collections: server CPU", 0.75, Measurement::serverCpu);
    }

    private static void reach(
            Report report,
            Results results,
            String contender,
            String work,
            double bound,
            ToDoubleFunction<Measurement> what) {
        double ratio = results.ratio(named(contender, MOST), named(DRIVER_STREAMS, MOST), what);
        report.reach(Reach.atMost(NAME, work, bound, "reactive driver, 4 streams", ratio));
    }

    private static void instances(Stage stage, Report report) {
        Results waiting = shared(stage, ONCHANGE_INSTANCES_WAITING, stage.scaled(WAITED_FOR), false);
        report.results(NAME, stage.scaled(WAITED_FOR) + " events of a handler that waits 5 ms", waiting);
        ToDoubleFunction<Measurement> rate = Measurement::rate;
        for (int number : NUMBERS) {
            double ratio = waiting.ratio(
                    named(ONCHANGE_INSTANCES_WAITING, number), named(ONCHANGE_INSTANCES_WAITING, 1), rate);
            report.point(INSTANCES_RATE, "as many times", number, number);
            report.point(INSTANCES_RATE, ONCHANGE_INSTANCES_WAITING, number, ratio);
            if (number > 1) {
                report.reach(Reach.atLeast(
                        NAME,
                        number + " instances, a handler that waits: events/s",
                        number == 2 ? 1.9 : 3.6,
                        "one instance",
                        ratio));
            }
        }
        Results busy = shared(stage, ONCHANGE_INSTANCES, stage.scaled(EVENTS), true);
        report.results(NAME, stage.scaled(EVENTS) + " events, inserted while instances listen", busy);
        for (int number : NUMBERS) {
            report.point(INSTANCES_CPU, DRIVER_RAW_DOCUMENT, number, 1);
            report.point(
                    INSTANCES_CPU,
                    ONCHANGE_INSTANCES,
                    number,
                    busy.ratio(named(ONCHANGE_INSTANCES, number), DRIVER_RAW_DOCUMENT, Measurement::jvmMicrosPerEvent));
        }
    }

    /** The changes are made when each instance has its part. */
    private static Results shared(Stage stage, String contender, int events, boolean besideDriver) {
        try (Backlog backlog = stage.backlog()) {
            IntFunction<Task> task = round -> Task.of(stage.uri(), backlog.database(), backlog.now(), events);
            // One that waits is as fast when nothing is compiled yet.
            Contest contest = stage.contest().sharingProcesses().warmUp(besideDriver ? 1 : 0);
            if (besideDriver) {
                contest.with(DRIVER_RAW_DOCUMENT, task);
            } else {
                contest.turns(WAITING_TURNS);
            }
            for (int number : NUMBERS) {
                contest.with(
                        named(contender, number),
                        contender,
                        round -> task.apply(round).withHandlers(number));
            }
            int[] made = {0};
            return contest.making(each -> {
                        backlog.inserts(Task.collection(0), made[0], made[0] + events, 1);
                        made[0] += events;
                    })
                    .run();
        }
    }

    private static String named(String contender, int number) {
        return contender + ": " + number;
    }
}
