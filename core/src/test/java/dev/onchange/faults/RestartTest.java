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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only process dies and is started anew: it need not wait for its own lease. The full form: {@code -Drestarts=20}. */
class RestartTest {

    private static final Logger LOG = LoggerFactory.getLogger(RestartTest.class);

    /** Longer than anybody waits here. */
    private static final Duration LEASE = Duration.ofMinutes(10);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final LocalMongo mongo = LocalMongo.builder().start();
    private final Writer writer = new Writer(mongo.connectionString(), "restart", seed);

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        writer.close();
        mongo.close();
    }

    /** Without a name, Linux tells that the process that had the handlers is gone. */
    @ParameterizedTest
    @ValueSource(strings = {"", "web-1"})
    void one_that_starts_anew_takes_over_at_once(String name) throws IOException {
        Settings settings = Settings.usual(LEASE).with(6, false).named(name);
        List<Long> times = new ArrayList<>();
        try (Instances instances = new Instances(mongo.connectionString(), "restart", folder, settings)) {
            Instance running = instances.start();
            for (int restart = 0; restart < Integer.getInteger("restarts", 1); restart++) {
                instances.kill(running);
                writer.write(1);
                Instance next = instances.start();
                await().atMost(Patience.LIMIT)
                        .until(() -> next.calls().all().stream()
                                        .map(Call::handler)
                                        .distinct()
                                        .count()
                                == settings.handlers());
                times.add(next.calls().all().stream().mapToLong(Call::at).max().orElseThrow() - next.connecting());
                running = next;
            }
            Patience.awaitUnlessLost(instances::handled, instances.handlings(writer.count()));
            times.sort(null);
            LOG.info(
                    "{} restarts {}: all handlers handled the first change after p50 {} ms, max {} ms of connecting",
                    times.size(),
                    name.isEmpty() ? "on the same machine" : "under a name",
                    times.get(times.size() / 2),
                    times.get(times.size() - 1));
            assertThat(instances.result(writer.writes())).matches(Instances.Result::nothingLost);
        }
    }
}
