package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.faults.Calls.Call;
import dev.onchange.faults.InstanceProgram.Settings;
import dev.onchange.faults.Instances.Instance;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each process gives way to one of the next version. The full form: {@code -Dprocesses=5 -Dhandlers=200}. */
class RollingRestartTest {

    private static final Logger LOG = LoggerFactory.getLogger(RollingRestartTest.class);
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(40);

    /** A handler is moved between the living once in so long. */
    private static final long REST_SECONDS = 30;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final int processes = Integer.getInteger("processes", 2);
    private final Settings settings =
            Settings.usual(Duration.ofSeconds(6)).with(Integer.getInteger("handlers", 8), false);
    private final LocalMongo mongo = LocalMongo.builder().start();
    private final String database = "rolling";
    private final Writer writer = new Writer(mongo.connectionString(), database, seed);
    private volatile boolean ending;

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        ending = true;
        writer.close();
        mongo.close();
    }

    @Test
    void a_rolling_restart_with_another_version_loses_and_repeats_nothing_and_moves_handlers_seldom()
            throws IOException {
        try (Instances instances = new Instances(mongo.connectionString(), database, folder, settings)) {
            for (int i = 0; i < processes; i++) {
                instances.start();
            }
            await().atMost(Patience.LIMIT)
                    .until(() -> instances.living().stream()
                            .noneMatch(each -> instances.handlersOf(each).isEmpty()));
            // In a thread of its own: the common pool has one on two cores, which also tells that a process has ended.
            CompletableFuture<Void> writing =
                    CompletableFuture.runAsync(this::write, write -> new Thread(write, "writer").start());
            await().atMost(Patience.LIMIT).until(() -> instances.handled() > 10L * settings.handlers());

            long begun = InstanceProgram.now();
            for (Instance old : List.copyOf(instances.living())) {
                instances.start(settings.ofVersion(2), Map.of());
                instances.end(old);
            }
            int enough = writer.count() + 50;
            await().atMost(Patience.LIMIT).until(() -> writer.count() > enough);
            ending = true;
            writing.join();
            Patience.awaitUnlessLost(instances::handled, instances.handlings(writer.count()));
            long seconds = TimeUnit.MILLISECONDS.toSeconds(InstanceProgram.now() - begun);

            report(instances, begun, seconds);
        }
    }

    private void write() {
        while (!ending) {
            writer.write(1);
            LockSupport.parkNanos(BETWEEN_WRITES.toNanos());
        }
    }

    private void report(Instances instances, long begun, long seconds) {
        List<Long> handOvers = new ArrayList<>();
        long idle = 0;
        int moves = 0;
        for (String handler : settings.recorders()) {
            TreeMap<Long, List<Call>> terms = instances.terms(handler);
            terms.headMap(terms.floorKey(termAt(terms, begun))).clear();
            moves = Math.max(moves, terms.size() - 1);
            Call last = null;
            for (Call call : terms.values().stream().flatMap(List::stream).toList()) {
                if (last != null && call.at() >= begun) {
                    idle = Math.max(idle, call.at() - last.at());
                    if (call.term() != last.term()) {
                        handOvers.add(call.at() - last.at());
                    }
                }
                last = call;
            }
        }
        Instances.Result result = instances.result(writer.writes());
        handOvers.sort(null);
        LOG.info(
                "seed {}: {} processes and {} handlers restarted in {} s, {} writes: repeated {}, most moves of a handler {},"
                        + " {} hand-overs p50 {} ms, p99 {} ms, longest idle {} ms",
                seed,
                processes,
                settings.handlers(),
                seconds,
                writer.count(),
                result.repeated(),
                moves,
                handOvers.size(),
                handOvers.get(handOvers.size() / 2),
                handOvers.get(handOvers.size() * 99 / 100),
                idle);
        assertThat(result).as("seed %d", seed).matches(Instances.Result::nothingLost);
        assertThat(result.repeated()).as("repeated, seed %d", seed).isZero();
        assertThat(moves).as("moves, seed %d", seed).isLessThanOrEqualTo((int) (2 + seconds / REST_SECONDS));
    }

    private static long termAt(TreeMap<Long, List<Call>> terms, long time) {
        return terms.entrySet().stream()
                .filter(entry -> entry.getValue().get(0).at() <= time)
                .mapToLong(Map.Entry::getKey)
                .max()
                .orElseGet(terms::firstKey);
    }
}
