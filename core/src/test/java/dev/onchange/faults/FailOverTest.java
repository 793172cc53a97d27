package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.localmongo.MongoNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The full form: {@code -Dfailovers=20}. */
class FailOverTest {

    private static final Logger LOG = LoggerFactory.getLogger(FailOverTest.class);
    private static final String DATABASE = "fail_over";
    private static final Duration PROMPT = Duration.ofSeconds(1);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final LocalMongo mongo = LocalMongo.builder().nodes(3).start();
    private final Writer writer = new Writer(mongo.connectionString(), DATABASE, seed);
    private final Deliveries deliveries = new Deliveries();

    @AfterEach
    void stop() {
        writer.close();
        mongo.close();
    }

    @Test
    void when_primaries_step_down_and_die_under_load_nothing_is_lost_and_each_key_keeps_its_order() {
        int failOvers = Integer.getInteger("failovers", 2);
        List<Duration> delays = new ArrayList<>();

        try (ChangeListeners listeners = ChangeListeners.builder(mongo.connectionString())
                .database(DATABASE)
                .handlers(new Observer(deliveries))
                .start()) {
            writer.begin();
            for (int failOver = 0; failOver < failOvers; failOver++) {
                awaitMore();
                delays.add(failOver % 2 == 0 ? steppedDown() : killed());
            }
            writer.finish();
            Patience.awaitUnlessLost(() -> deliveries.count() >= writer.count());
        }

        Tally tally = Tally.of(writer.writes(), deliveries.runs());
        LOG.info(
                "seed {}, {} fail-overs: {}; first event after the first write that the new primary accepted: {} ms",
                seed,
                failOvers,
                tally,
                delays.stream().map(Duration::toMillis).toList());
        assertThat(tally).as("seed %d", seed).matches(Tally::nothingLost);
        assertThat(delays).as("first events, seed %d", seed).allMatch(delay -> delay.compareTo(PROMPT) <= 0);
    }

    private void awaitMore() {
        int before = deliveries.count();
        await().atMost(Patience.LIMIT).until(() -> deliveries.count() > before + 100);
    }

    private Duration steppedDown() {
        mongo.stepDown();
        return delaySince(System.nanoTime());
    }

    private Duration killed() {
        MongoNode primary = mongo.primary();
        primary.kill();
        Duration delay = delaySince(System.nanoTime());
        primary.restart();
        return delay;
    }

    private Duration delaySince(long gone) {
        await().atMost(Patience.LIMIT).until(() -> byNewPrimary(gone).findAny().isPresent());
        long accepted = byNewPrimary(gone)
                .mapToLong(Writer.Accepted::acknowledged)
                .min()
                .orElseThrow();
        long received = byNewPrimary(gone).mapToLong(this::received).min().orElseThrow();
        return Duration.ofNanos(received - accepted);
    }

    /**
     * Those received of which the attempt began after the old primary was gone; if the event was there before, an
     * earlier attempt had made the write.
     */
    private Stream<Writer.Accepted> byNewPrimary(long gone) {
        return writer.accepted().stream()
                .filter(write -> write.begun() > gone)
                .filter(write -> received(write) > write.begun());
    }

    private long received(Writer.Accepted accepted) {
        return deliveries.first().getOrDefault(accepted.write(), Long.MIN_VALUE);
    }
}
