package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.faults.Instances.Instance;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that share their work, killed, frozen, cut off and ended under load. The full form:
 * {@code -Dkills=100 -Dfreezes=100 -Dcuts=50 -Dsilences=20 -Dends=20}.
 */
class SeveralProcessesTest {

    private static final Logger LOG = LoggerFactory.getLogger(SeveralProcessesTest.class);
    private static final int PROCESSES = 3;
    private static final int BEATS_IN_LEASE = 4;
    private static final String FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
    private static final Duration PAUSE = Duration.ofMillis(800);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Duration lease =
            Duration.parse("PT" + System.getProperty("lease", "2s").toUpperCase());
    /** By so many seconds the clocks of some processes are fast or slow. */
    private final int clocks = Integer.getInteger("clocks", 0);

    /** Whether handlers are paused and resumed meanwhile, and letters replayed, through an instance that has none of them. */
    private final boolean commands = Boolean.getBoolean("commands") || Boolean.getBoolean("rewinds");

    /** Whether handlers are rewound too: then changes come again, out of their order. */
    private final boolean rewinds = Boolean.getBoolean("rewinds");

    private final Random random = new Random(seed);
    private final LocalMongo mongo = LocalMongo.builder().start();
    private final String database = "processes";
    private final Writer writer = new Writer(mongo.connectionString(), database, seed);
    private final Map<Blow, List<Duration>> pauses = new EnumMap<>(Blow.class);

    @TempDir
    Path folder;

    private enum Blow {
        KILL("kills", 1),
        /** For three leases. */
        FREEZE("freezes", 1),
        /** Of all connections, which may be made again at once. */
        CUT("cuts", 1),
        /** For three leases nothing arrives, and nobody is told. */
        SILENCE("silences", 0),
        /** In an orderly way. */
        END("ends", 0);

        private final String option;
        private final int usual;

        Blow(String option, int usual) {
            this.option = option;
            this.usual = usual;
        }
    }

    @AfterEach
    void stop() {
        writer.close();
        mongo.close();
    }

    @Test
    void nothing_is_lost_and_transactions_take_effect_once_while_processes_are_killed_frozen_and_cut_off()
            throws IOException, InterruptedException {
        try (Instances instances =
                new Instances(mongo.connectionString(), database, folder, InstanceProgram.Settings.usual(lease))) {
            for (int i = 0; i < PROCESSES; i++) {
                start(instances);
            }
            writer.begin(PAUSE);
            try {
                strikeAll(instances);
            } catch (ConditionTimeoutException stuck) {
                Path explained = Path.of("target", "processes-" + seed).toAbsolutePath();
                instances.explain(explained);
                LOG.error(
                        "seed {}: not all has gone on; what the processes and the state database say: {}",
                        seed,
                        explained);
                throw stuck;
            }
            writer.finish();
            Patience.awaitUnlessLost(instances::handled, instances.handlings(writer.count()));

            Instances.Result result = instances.result(writer.writes());
            LOG.info("seed {}, {} writes: {}", seed, writer.count(), result);
            pauses.forEach((blow, all) -> LOG.info("{}", summary(blow, all)));
            assertThat(result)
                    .as("seed %d", seed)
                    .matches(rewinds ? Instances.Result::allHandled : Instances.Result::nothingLost);
            assertThat(result.severalTimes())
                    .as("effects of transactions, seed %d", seed)
                    .isZero();
            assertThat(result.overlapping())
                    .as("calls beside those of another instance, seed %d", seed)
                    .isLessThanOrEqualTo((long) InstanceProgram.CONCURRENCY * interruptions());
        }
    }

    private void strikeAll(Instances instances) throws IOException, InterruptedException {
        if (!commands) {
            for (Blow blow : blows()) {
                strike(instances, blow);
            }
            return;
        }
        List<String> handlers = new ArrayList<>(instances.recorders());
        if (!rewinds) {
            handlers.add(InstanceProgram.COUNTER);
        }
        try (Operator operator =
                new Operator(mongo.connectionString(), database + "_state", lease, handlers, rewinds, seed)) {
            operator.begin();
            for (Blow blow : blows()) {
                strike(instances, blow);
                operator.assertAsking();
            }
            operator.finish();
        }
    }

    private List<Blow> blows() {
        List<Blow> blows = new ArrayList<>();
        for (Blow blow : Blow.values()) {
            blows.addAll(Collections.nCopies(Integer.getInteger(blow.option, blow.usual), blow));
        }
        Collections.shuffle(blows, random);
        return blows;
    }

    /** A process stands still by itself, too, when the machine is busy with the start of another one. */
    private int interruptions() {
        return 1 + pauses.values().stream().mapToInt(List::size).sum();
    }

    private static String summary(Blow blow, List<Duration> all) {
        List<Long> sorted = all.stream().map(Duration::toMillis).sorted().toList();
        return "%d %s: all handlers went on after p50 %d ms, max %d ms"
                .formatted(sorted.size(), blow.option, sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
    }

    /** One that has handlers; then waits until all of them have gone on elsewhere with what was written after that. */
    private void strike(Instances instances, Blow blow) throws IOException {
        atAnyMoment();
        await().atMost(Patience.LIMIT)
                .until(() -> instances.living().stream()
                        .anyMatch(each -> !instances.handlersOf(each).isEmpty()));
        List<Instance> candidates = instances.living().stream()
                .filter(each -> !instances.handlersOf(each).isEmpty())
                .toList();
        Instance victim = candidates.get(random.nextInt(candidates.size()));
        Set<String> handlers = instances.handlersOf(victim);
        LOG.info("{} of process {} with {}", blow, victim.process().pid(), handlers);
        begin(instances, blow, victim);
        long begun = System.nanoTime();
        Write first = nextWrite();
        Set<String> elsewhere = blow == Blow.CUT ? Set.of() : handlers;
        await().atMost(Patience.LIMIT.multipliedBy(3))
                .until(() -> instances.missing(first, elsewhere, victim), Set::isEmpty);
        Duration pause = Duration.ofNanos(System.nanoTime() - begun);
        pauses.computeIfAbsent(blow, any -> new ArrayList<>()).add(pause);
        LOG.info("all handlers went on after {}", pause);
        if (blow == Blow.FREEZE || blow == Blow.SILENCE) {
            await().atMost(Patience.LIMIT)
                    .until(() ->
                            System.nanoTime() - begun > lease.multipliedBy(3).toNanos());
            victim.process().thaw();
            victim.proxy().letPass();
        } else if (blow != Blow.CUT) {
            start(instances);
        }
    }

    /** Else blows and beats would keep step, as the one before lasts for so many beats. */
    private void atAnyMoment() {
        LockSupport.parkNanos((long) (random.nextDouble() * lease.toNanos() / BEATS_IN_LEASE));
    }

    private void start(Instances instances) throws IOException {
        instances.start(InstanceProgram.Settings.usual(lease), clocks == 0 ? Map.of() : wrongClock());
    }

    /** Debian's libfaketime, which is not to be had without installing it. */
    private Map<String, String> wrongClock() {
        Path library = Path.of(System.getProperty("faketime", FAKETIME));
        assertThat(library)
                .as("clocks are set by libfaketime: apt-get install libfaketime, or name it by -Dfaketime=…")
                .exists();
        int hours = random.nextInt(3) - 1;
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME",
                "%+ds".formatted(hours * clocks),
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // Else each wait of a JVM takes seconds (seen with 0.9.10).
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    private static void begin(Instances instances, Blow blow, Instance victim) throws IOException {
        switch (blow) {
            case KILL -> instances.kill(victim);
            case END -> instances.end(victim);
            case FREEZE -> victim.process().freeze();
            case CUT -> victim.proxy().cut();
            case SILENCE -> victim.proxy().swallow();
        }
    }

    /** The first that is begun from now on. */
    private Write nextWrite() {
        long now = System.nanoTime();
        await().atMost(Patience.LIMIT).until(() -> writer.accepted().stream().anyMatch(write -> write.begun() > now));
        return writer.accepted().stream()
                .filter(write -> write.begun() > now)
                .findFirst()
                .orElseThrow()
                .write();
    }
}
