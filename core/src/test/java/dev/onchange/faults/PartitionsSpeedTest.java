package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.faults.Calls.Call;
import dev.onchange.faults.InstanceProgram.Settings;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several processes at one handler that is divided and takes its time. The full form:
 * {@code -Djvms=1,2,4 -Dchanges=4000}.
 */
class PartitionsSpeedTest {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionsSpeedTest.class);
    private static final int PARTITIONS = 8;
    private static final Duration WORK = Duration.ofMillis(5);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final int changes = Integer.getInteger("changes", 320);
    private final List<Integer> numbers = Arrays.stream(
                    System.getProperty("jvms", "2").split(","))
            .map(Integer::valueOf)
            .toList();
    private final LocalMongo mongo = LocalMongo.builder().start();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        mongo.close();
    }

    @Test
    void processes_share_one_handler_that_is_divided() throws IOException {
        Map<Integer, Double> perSecond = new TreeMap<>();
        for (int number : numbers) {
            perSecond.put(number, perSecond(number));
        }
        double first = perSecond.get(numbers.get(0));
        perSecond.forEach((number, changesPerSecond) -> LOG.info(
                "{} processes, {} partitions, {} ms a change: {} changes/s, {} times {}",
                number,
                PARTITIONS,
                WORK.toMillis(),
                Math.round(changesPerSecond),
                Math.round(100 * changesPerSecond / first) / 100.0,
                numbers.get(0)));
    }

    private double perSecond(int processes) throws IOException {
        String database = "speed" + processes;
        Settings settings = Settings.usual(Duration.ofSeconds(6)).with(1, false).working(PARTITIONS, WORK);
        try (Writer writer = new Writer(mongo.connectionString(), database, seed);
                Instances instances =
                        new Instances(mongo.connectionString(), database, folder.resolve(database), settings)) {
            for (int i = 0; i < processes; i++) {
                instances.start();
            }
            await().atMost(Patience.LIMIT.multipliedBy(2))
                    .until(() -> instances.living().stream()
                            .allMatch(each -> instances.handlersOf(each).size() == PARTITIONS / processes));
            while (writer.count() < changes) {
                writer.write(32);
            }
            // Everything is written by now, so that the speed is not that of the writer.
            Files.createFile(InstanceProgram.begin(folder.resolve(database)));
            Patience.awaitUnlessLost(instances::handled, writer.count());

            List<Call> calls = new ArrayList<>();
            instances.living().forEach(each -> {
                List<Call> own = each.calls().all();
                assertThat(own).as("a part for each").isNotEmpty();
                calls.addAll(own);
            });
            assertThat(calls.stream().map(Call::write).toList())
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(writer.writes());
            LongSummaryStatistics at = calls.stream().mapToLong(Call::at).summaryStatistics();
            return 1000.0 * calls.size() / Math.max(1, at.getMax() - at.getMin());
        }
    }
}
