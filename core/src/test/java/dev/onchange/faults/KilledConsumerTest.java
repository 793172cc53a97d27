package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.faults.Consumer.Received;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The full form: {@code -Dkills=100}. */
class KilledConsumerTest {

    private static final Logger LOG = LoggerFactory.getLogger(KilledConsumerTest.class);

    /**
     * What was handled longer before a kill is not repeated: the interval at which positions are saved, and a save, which
     * took 1.4 seconds at most in a hundred kills on a machine with fifteen times the load it is made for.
     */
    private static final Duration WINDOW = RecordingProgram.CHECKPOINT_INTERVAL.plusSeconds(3);

    /** Every so often a consumer lives longer than the window, so that what is older could be repeated. */
    private static final int LONG_EACH = 3;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "killed_" + Long.toHexString(System.nanoTime());
    private final Writer writer = new Writer(uri, database, seed);

    @TempDir
    Path folder;

    @AfterEach
    void disconnect() {
        writer.close();
    }

    @Test
    void a_consumer_that_is_killed_again_and_again_loses_nothing_and_repeats_only_what_it_had_just_handled()
            throws IOException {
        int kills = Integer.getInteger("kills", 3);
        List<List<Received>> runs = new ArrayList<>();

        for (int kill = 0; kill < kills; kill++) {
            try (Consumer consumer = start(RecordingProgram.class, kill)) {
                if (kill == 0) {
                    writer.begin();
                }
                awaitSome(consumer, kill % LONG_EACH == 0);
                consumer.kill();
                runs.add(consumer.lines());
            }
        }
        writer.finish();
        try (Consumer consumer = start(RecordingProgram.class, kills)) {
            Patience.awaitUnlessLost(() -> missing(runs, consumer.received()).isEmpty());
            runs.add(consumer.lines());
        }

        Tally tally = Tally.of(
                writer.writes(),
                runs.stream()
                        .map(run -> run.stream().map(Received::write).toList())
                        .toList());
        Duration oldest = oldestRepeated(runs);
        LOG.info(
                "seed {}, {} kills: {}; what was repeated had been handled {} ms before the kill at most",
                seed,
                kills,
                tally,
                oldest.toMillis());
        assertThat(tally).as("seed %d", seed).matches(Tally::nothingLost);
        assertThat(oldest).as("seed %d", seed).isLessThanOrEqualTo(WINDOW);
    }

    private void awaitSome(Consumer consumer, boolean longer) {
        int enough = 1 + random.nextInt(800);
        long least = longer ? WINDOW.multipliedBy(2).toMillis() : 0;
        await().atMost(Patience.LIMIT).until(() -> {
            List<Received> lines = consumer.lines();
            return lines.size() >= enough
                    && lines.get(lines.size() - 1).at() - lines.get(0).at() >= least;
        });
    }

    /** How long before its kill a run had last handled what a later run handled again. */
    private static Duration oldestRepeated(List<List<Received>> runs) {
        Map<Write, Long> beforeKill = new HashMap<>();
        long oldest = 0;
        for (List<Received> run : runs) {
            long end = run.isEmpty() ? 0 : run.get(run.size() - 1).at();
            Map<Write, Long> ages = new HashMap<>();
            for (Received received : run) {
                oldest = Math.max(oldest, beforeKill.getOrDefault(received.write(), 0L));
                ages.put(received.write(), end - received.at());
            }
            beforeKill.putAll(ages);
        }
        return Duration.ofMillis(oldest);
    }

    private Consumer start(Class<?> program, int run) throws IOException {
        return Consumer.start(program, uri, database, folder.resolve(program.getSimpleName() + run));
    }

    private Set<Write> missing(List<List<Received>> runs, List<Write> last) {
        Set<Write> missing = new HashSet<>(writer.writes());
        runs.forEach(run -> run.forEach(received -> missing.remove(received.write())));
        last.forEach(missing::remove);
        return missing;
    }
}
