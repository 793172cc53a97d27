package dev.onchange.examples.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.examples.benchmarks.contender.Contenders;
import dev.onchange.examples.benchmarks.contender.Task;
import dev.onchange.localmongo.LocalMongo;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.bson.BsonTimestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContendersTest {

    private static final int EVENTS = 30;

    /** Read from each document when it was made. */
    private static final List<String> LATENCY = List.of(
            Contenders.DRIVER_LATENCY,
            Contenders.DRIVER_LATENCY_ELSEWHERE,
            Contenders.ONCHANGE_LATENCY,
            Contenders.ONCHANGE_LATENCY_HERE);

    /** The changes are made when each has its part. */
    private static final List<String> INSTANCES =
            List.of(Contenders.ONCHANGE_INSTANCES, Contenders.ONCHANGE_INSTANCES_WAITING);

    static Stream<String> contenders() {
        return Contenders.names().stream();
    }

    @ParameterizedTest
    @MethodSource("contenders")
    void every_contender_is_given_each_change_once(String contender) throws Exception {
        LocalMongo mongo = LocalMongo.shared();
        try (Backlog backlog = new Backlog(mongo.connectionString(), "smoke" + contender.hashCode())) {
            BsonTimestamp from = backlog.now();
            Task task = works(contender, backlog, Task.of(mongo.connectionString(), backlog.database(), from, EVENTS));

            Runnable meanwhile = contender.equals(Contenders.ONCHANGE_SNAPSHOT_LATENCY)
                    ? () -> backlog.steadily(Task.collection(0), EVENTS, 1000)
                    : INSTANCES.contains(contender) ? () -> backlog.inserts(Task.collection(0), EVENTS, 1) : () -> {};

            Measurement measured = ContenderMain.measure(Contenders.named(contender), task, meanwhile);

            assertThat(measured.events()).isEqualTo(task.events());
            assertThat(measured.total()).isPositive();
        }
    }

    private static Task works(String contender, Backlog backlog, Task task) {
        if (LATENCY.contains(contender)) {
            backlog.steadily(Task.collection(0), EVENTS, 1000);
            return task;
        }
        if (INSTANCES.contains(contender)) {
            return task.withHandlers(2);
        }
        if (List.of(Contenders.ONCHANGE_COLLECTIONS, Contenders.DRIVER_DATABASE).contains(contender)) {
            for (int i = 0; i < 3; i++) {
                backlog.inserts(Task.collection(i), EVENTS / 3, 1);
            }
            return task.withCollections(3);
        }
        if (List.of(Contenders.ONCHANGE_MIXED, Contenders.ONCHANGE_MIXED_UNFILTERED)
                .contains(contender)) {
            backlog.mark(Task.collection(0), -1);
            backlog.inserts(Task.collection(0), EVENTS, 3);
            backlog.mark(Task.collection(0), -2);
            // The last of so many wants what is marked.
            return Task.of(task.uri(), task.database(), task.from(), 2).withHandlers(1_000);
        }
        backlog.inserts(Task.collection(0), EVENTS, 3);
        if (contender.equals(Contenders.ONCHANGE_UNWANTED)) {
            backlog.mark(Task.collection(0), -1);
            return Task.of(task.uri(), task.database(), task.from(), 1);
        }
        return task.withHandlers(3);
    }

    @Test
    void contenders_take_turns_in_processes_of_their_own() {
        try (Stage stage = Stage.open(1, 1, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
                Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), EVENTS, 1);
            Task task = Task.of(stage.uri(), backlog.database(), from, EVENTS);

            Results results = stage.contest()
                    .warmUpTogether(1)
                    .with(Contenders.DRIVER_RAW, task)
                    .with(Contenders.ONCHANGE_RAW, task)
                    .with(Contenders.ONCHANGE_DOCUMENT, task)
                    .run();

            assertThat(results.all()).hasSize(3).allSatisfy(series -> {
                assertThat(series.rounds()).hasSize(1);
                assertThat(series.median(Measurement::events)).isEqualTo(EVENTS);
                assertThat(series.median(Measurement::jvmCpuTotal)).isPositive();
                assertThat(series.median(Measurement::allocated)).isPositive();
            });
        }
    }

    @Test
    void contenders_listen_side_by_side_and_are_told_of_the_same_changes() {
        try (Stage stage = Stage.open(1, 1, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
                Backlog backlog = stage.backlog()) {
            IntFunction<Task> task = round -> Task.of(stage.uri(), backlog.database(), backlog.now(), EVENTS);

            Results results = stage.contest()
                    .turns(2)
                    .warmUp(1)
                    .with(Contenders.DRIVER_LATENCY, task)
                    .with(Contenders.ONCHANGE_LATENCY, task)
                    .sideBySide(tasks -> backlog.oneByOne(Task.collection(0), EVENTS))
                    .run();

            assertThat(results.all())
                    .hasSize(2)
                    .allSatisfy(series -> assertThat(series.rounds())
                            .hasSize(2)
                            .allSatisfy(turn ->
                                    assertThat(turn.delays()).hasSize(EVENTS).allMatch(delay -> delay > 0)));
        }
    }

    @Test
    void tasks_of_the_same_contender_take_turns_in_one_process_where_they_share_it() {
        try (Stage stage = Stage.open(1, 1, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
                Backlog backlog = stage.backlog()) {
            BsonTimestamp from = backlog.now();
            backlog.inserts(Task.collection(0), EVENTS, 1);
            Task task = Task.of(stage.uri(), backlog.database(), from, EVENTS);
            long before = contenderProcesses();
            AtomicLong whileTheyRun = new AtomicLong();

            Results results = stage.contest()
                    .sharingProcesses()
                    .warmUp(0)
                    .with("all", Contenders.DRIVER_RAW, task)
                    .with("a few", Contenders.DRIVER_RAW, task.withEvents(2))
                    .with("OnChange", Contenders.ONCHANGE_RAW, task)
                    .making(each -> whileTheyRun.set(contenderProcesses() - before))
                    .run();

            assertThat(whileTheyRun).hasValue(2);
            assertThat(results.of("all").median(Measurement::events)).isEqualTo(EVENTS);
            assertThat(results.of("a few").rounds()).hasSize(1);
            assertThat(results.of("OnChange").median(Measurement::events)).isEqualTo(EVENTS);
        }
    }

    private static long contenderProcesses() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").matches(".*java(\\.exe)?"))
                .count();
    }
}
