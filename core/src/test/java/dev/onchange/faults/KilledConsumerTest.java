package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.testing.LocalMongo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
    void a_consumer_that_is_killed_again_and_again_loses_nothing_and_keeps_the_order_of_each_key() throws IOException {
        int kills = Integer.getInteger("kills", 3);
        List<List<Write>> runs = new ArrayList<>();

        for (int kill = 0; kill < kills; kill++) {
            try (Consumer consumer = start(RecordingProgram.class, kill)) {
                if (kill == 0) {
                    writer.begin();
                }
                int enough = 1 + random.nextInt(800);
                await().atMost(Patience.LIMIT).until(() -> consumer.received().size() >= enough);
                consumer.kill();
                runs.add(consumer.received());
            }
        }
        writer.finish();
        try (Consumer consumer = start(RecordingProgram.class, kills)) {
            Patience.awaitUnlessLost(() -> missing(runs, consumer.received()).isEmpty());
            runs.add(consumer.received());
        }

        Tally tally = Tally.of(writer.writes(), runs);
        LOG.info("seed {}, {} kills: {}", seed, kills, tally);
        assertThat(tally).as("seed %d", seed).matches(Tally::nothingLost);
    }

    private Consumer start(Class<?> program, int run) throws IOException {
        return Consumer.start(program, uri, database, folder.resolve(program.getSimpleName() + run));
    }

    private Set<Write> missing(List<List<Write>> runs, List<Write> last) {
        Set<Write> missing = new HashSet<>(writer.writes());
        runs.forEach(run -> run.forEach(missing::remove));
        last.forEach(missing::remove);
        return missing;
    }
}
