package dev.onchange.examples.benchmarks;

import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_MIXED;
import static dev.onchange.examples.benchmarks.contender.Contenders.ONCHANGE_MIXED_UNFILTERED;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.Registration;
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
import dev.onchange.examples.benchmarks.run.Used;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.bson.BsonTimestamp;
import org.bson.Document;

/** Handlers with filters of every kind on one busy collection, of whose changes they want few. */
final class P16MixedFilters implements Bench {

    private static final int HANDLERS = 1_000;

    /** All of them are sent to a thousand filters if the server has none. */
    private static final int EVENTS = 60_000;

    private static final int WARM_UPS = 1;
    private static final int MOST_HANDLERS = 10_000;
    private static final int PLANS = 5;
    private static final int REGISTERED = 5;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    /** Each change that comes is tested by all these filters: with more handlers there are fewer changes, so that it is not that which delays. */
    private static final int TESTS_PER_SECOND = 200_000;

    /** So long handlers are registered, and removed. */
    private static final int SECONDS = 5;

    /** Do not count: the first ones wait for the inserting client's connection, for the collection, and for classes. */
    private static final int FIRST_INSERTS = 20;

    private static final long LIMIT_SECONDS = 60;

    @Override
    public String name() {
        return "P16";
    }

    @Override
    public String shows() {
        return "a thousand handlers with ranges, expressions and patterns: what the server's filter saves, how long"
                + " planning takes";
    }

    @Override
    public void run(Stage stage, Report report) {
        // First, while nothing of it is compiled yet.
        planned(stage, report, MOST_HANDLERS, 500);
        planned(stage, report, HANDLERS, 200);
        saved(stage, report);
    }

    /** In each second round there are no others than the wanted ones: that is starting, which is then taken off. */
    private void saved(Stage stage, Report report) {
        try (Backlog backlog = stage.backlog();
                Backlog other = stage.backlog()) {
            int events = stage.scaled(EVENTS);
            Task all = filled(stage, backlog, events);
            Task few = filled(stage, other, 0);
            IntFunction<Task> task = round -> round % 2 == 0 ? few : all;
            Results alternating = stage.contest()
                    .warmUp(2 * WARM_UPS)
                    .times(2)
                    .with(ONCHANGE_MIXED, task)
                    .with(ONCHANGE_MIXED_UNFILTERED, task)
                    .run();
            Results results = alternating.everySecond(true);
            report.results(name(), HANDLERS + " mixed handlers, 2 of " + events + " inserts wanted", results);
            String work = "1,000 mixed handlers, each further event: CPU of JVM and server";
            double further =
                    alternating.ratioOfFurther(ONCHANGE_MIXED, ONCHANGE_MIXED_UNFILTERED, P16MixedFilters::cpu);
            report.reach(Reach.atMost(name(), work, 0.75, "all events sent", further));
            report.reach(Reach.none(
                    name(),
                    "1,000 mixed handlers, starting included: CPU of JVM and server",
                    "all events sent",
                    results.ratio(ONCHANGE_MIXED, ONCHANGE_MIXED_UNFILTERED, P16MixedFilters::cpu)));
        }
    }

    private static Task filled(Stage stage, Backlog backlog, int events) {
        BsonTimestamp from = backlog.now();
        backlog.mark(Task.collection(0), -1);
        if (events > 0) {
            backlog.inserts(Task.collection(0), events, 1);
        }
        backlog.mark(Task.collection(0), -2);
        return Task.of(stage.uri(), backlog.database(), from, 2).withHandlers(HANDLERS);
    }

    private static double cpu(Measurement turn) {
        return turn.jvmCpuTotal() + turn.serverCpu();
    }

    /** With so many handlers: the plan of all, and one more while the others listen. */
    private void planned(Stage stage, Report report, int handlers, int bound) {
        try (Backlog backlog = stage.backlog()) {
            int events = FIRST_INSERTS + SECONDS * perSecond(handlers);
            Task task = Task.of(stage.uri(), backlog.database(), backlog.now(), events)
                    .withHandlers(handlers);
            Receiver receiver = new Receiver(task, () -> {});
            ChangeListenersBuilder mixed = ManyHandlers.mixed(task, receiver);
            if (handlers == MOST_HANDLERS) {
                plans(report, mixed::plan);
            }
            try (ChangeListeners listeners = ManyHandlers.mixed(task, receiver)
                    .handlers(new Arrivals(receiver))
                    .start()) {
                registered(report, backlog, receiver, listeners, handlers, bound);
            }
        }
    }

    /** The first one's classes are to be loaded, and nothing is compiled yet. */
    private void plans(Report report, Runnable plan) {
        String work = "plan of %,d mixed handlers".formatted(MOST_HANDLERS);
        Used first = Used.of(plan);
        report.figure(work + ", the first of a process: CPU", first.cpuMillis(), "ms");
        report.reach(Reach.none(name(), work + ", the first of a process", first.millis()));
        double[] more = new double[PLANS];
        Arrays.setAll(more, turn -> Used.of(plan).millis());
        report.reach(reach(work, 1_000, Medians.of(more)));
    }

    /** Registers some while changes come. */
    private void registered(
            Report report, Backlog backlog, Receiver receiver, ChangeListeners listeners, int handlers, int bound) {
        backlog.oneByOne(Task.collection(0), FIRST_INSERTS);
        receiver.awaitFirst(FIRST_INSERTS, LIMIT_SECONDS);
        CompletableFuture<Void> inserts = CompletableFuture.runAsync(
                () -> backlog.steadily(Task.collection(0), SECONDS * perSecond(handlers), perSecond(handlers)),
                work -> new Thread(work).start());
        double[] more = new double[REGISTERED];
        double[] less = new double[REGISTERED];
        try {
            for (int turn = 0; turn < REGISTERED; turn++) {
                int id = turn;
                Registration[] registered = new Registration[1];
                LockSupport.parkNanos(PAUSE_NANOS);
                more[turn] = Used.of(() -> registered[0] = one(listeners, handlers, id))
                        .millis();
                LockSupport.parkNanos(PAUSE_NANOS);
                less[turn] = Used.of(registered[0]::close).millis();
            }
            inserts.join();
            receiver.await(LIMIT_SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        report.figure(
                "one more beside %,d: each of %s".formatted(handlers, Arrays.toString(more)), Medians.of(more), "ms");
        report.figure(
                "one less beside %,d: each of %s".formatted(handlers, Arrays.toString(less)), Medians.of(less), "ms");
        report.reach(reach("one more handler beside %,d".formatted(handlers), bound, Medians.of(more)));
        report.figure(
                "the first change after the start of %,d handlers".formatted(handlers),
                receiver.delays()[0] / 1e3,
                "ms");
        double slowest =
                Arrays.stream(receiver.delays()).skip(FIRST_INSERTS).max().orElseThrow() / 1e3;
        report.reach(reach("the slowest change meanwhile, %,d handlers".formatted(handlers), 100, slowest));
    }

    private static int perSecond(int handlers) {
        return TESTS_PER_SECOND / handlers;
    }

    private Reach reach(String work, int millis, double measured) {
        return new Reach(name(), work, "≤ %d ms".formatted(millis), millis, false, measured, "ms");
    }

    /** A new one: one of an id that has a position lets its stream be opened anew, there. */
    private static Registration one(ChangeListeners listeners, int handlers, int turn) {
        return listeners
                .on(Task.collection(0))
                .id("more" + turn + "beside" + handlers)
                .match("{ 'fullDocument.qty': { $gt: " + (2_000_000 + turn) + " } }")
                .handle((ChangeEvent<Document> change) -> {});
    }

    /** Is told of each change that says when it was made. */
    public record Arrivals(Receiver receiver) {

        @OnChange(
                id = "arrivals",
                collection = "${collection}",
                operation = "insert",
                match = "{ 'fullDocument.sku': 'sku-0' }")
        public void arrived(Document document) {
            receiver.receivedSentAt(document.getLong("sentAt"));
        }
    }
}
