package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Ordering;
import dev.onchange.Retry;
import dev.onchange.Scope;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.ListenersStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The full form: {@code -Dendurance=1h -Drate=3000 -Dsurefire.timeout=7200 -Dtest.jvm.args=-Xmx256m}. */
class EnduranceTest {

    private static final Logger LOG = LoggerFactory.getLogger(EnduranceTest.class);
    private static final String DATABASE = "endurance";
    private static final String STATE = "endurance_state";
    private static final String[] ALL = SteadyWriter.COLLECTIONS.toArray(String[]::new);

    /** As many samples as show a trend; the first tenth warms up. */
    private static final int SAMPLES = 120;

    /** The server's times are whole seconds, positions are saved every second, and a sample is taken in between. */
    private static final Duration CURRENT = Duration.ofSeconds(10);

    private final Duration duration =
            Duration.parse("PT" + System.getProperty("endurance", "10s").toUpperCase());
    private final int rate = Integer.getInteger("rate", 1_000);
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final LocalMongo mongo = LocalMongo.builder().ownProcess().start();
    private final MongoClient client = MongoClients.create(mongo.connectionString());
    private final SteadyWriter writer = new SteadyWriter(mongo.connectionString(), DATABASE, rate, seed);
    private final Map<String, VersionCount> counts = Map.of(
            "all", new VersionCount(),
            "accounts", new VersionCount(),
            "orders", new VersionCount(),
            "stock", new VersionCount(),
            "unsteady", new VersionCount());
    private final LongAdder rare = new LongAdder();

    @AfterEach
    void stop() {
        writer.close();
        client.close();
        mongo.close();
    }

    @Test
    void under_a_steady_load_the_heap_stays_flat_and_positions_current_and_nothing_is_lost() throws Exception {
        List<Vitals> samples = new ArrayList<>();

        try (ChangeListeners listeners = start()) {
            long begun = System.nanoTime();
            writer.begin();
            sampleUntil(begun + duration.toNanos(), listeners, samples);
            writer.finish();
            long perSecond = writer.count() * 1_000_000_000L / (System.nanoTime() - begun);
            Patience.awaitUnlessLost(() -> counts.keySet().stream().allMatch(id -> lacking(id) == 0));
            tell(perSecond, samples, listeners.status());

            assertThat(writer.count()).as("changes written").isGreaterThan(rate);
            assertThat(listeners.status().healthy()).isTrue();
        }

        counts.forEach((id, count) -> {
            assertThat(lacking(id)).as("lost of %s, seed %d", id, seed).isZero();
            assertThat(count.missed()).as("gaps of %s, seed %d", id, seed).isZero();
            assertThat(count.behind())
                    .as("repeated or out of order for %s, seed %d", id, seed)
                    .isZero();
        });
        assertThat(rare.sum()).isPositive();
        assertSteady(samples.subList(1 + samples.size() / 10, samples.size()));
    }

    private ChangeListeners start() {
        return ChangeListeners.builder(mongo.connectionString())
                .database(DATABASE)
                .stateDatabase(STATE)
                .handlers(new All(counts.get("all")), new Accounts(counts.get("accounts")))
                .handlers(new Orders(counts.get("orders")), new Stock(counts.get("stock")))
                .handlers(new Unsteady(counts.get("unsteady")), new Rare(rare))
                .start();
    }

    private void sampleUntil(long end, ChangeListeners listeners, List<Vitals> samples) {
        long interval = Math.max(Duration.ofSeconds(1).toNanos(), duration.toNanos() / SAMPLES);
        for (long next = System.nanoTime() + interval; next - end <= 0; next += interval) {
            long due = next;
            await().atMost(Duration.ofNanos(2 * interval).plus(Patience.LIMIT))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> System.nanoTime() - due >= 0);
            writer.assertWriting();
            Vitals sample = Vitals.of(listeners, mongo, client, STATE);
            samples.add(sample);
            LOG.info("{} written: {}", writer.count(), sample);
        }
    }

    private long lacking(String id) {
        VersionCount count = counts.get(id);
        return switch (id) {
            case "all" -> count.lacking(writer, ALL);
            case "unsteady" -> count.lacking(writer, "orders");
            default -> count.lacking(writer, id);
        };
    }

    private void tell(long perSecond, List<Vitals> samples, ListenersStatus status) {
        counts.forEach((id, count) -> LOG.info(
                "{}: {} received, {} lost, {} gaps, {} repeated or out of order",
                id,
                count.received(),
                lacking(id),
                count.missed(),
                count.behind()));
        LOG.info(
                "seed {}, {} changes in {}, {} a second; {} attempts failed and followed by another; lag at most {} ms, "
                        + "saved at most {} ms; heap {} to {} MB of {} MB at most",
                seed,
                writer.count(),
                duration,
                perSecond,
                status.handler("unsteady").counts().retried(),
                Vitals.most(samples, sample -> sample.lag().toMillis()),
                Vitals.most(samples, sample -> sample.saved().toMillis()),
                Vitals.least(samples, Vitals::heap) / 1_000_000,
                Vitals.most(samples, Vitals::heap) / 1_000_000,
                Runtime.getRuntime().maxMemory() / 1_000_000);
    }

    private static void assertSteady(List<Vitals> samples) {
        List<Vitals> first = samples.subList(0, samples.size() / 3);
        List<Vitals> last = samples.subList(samples.size() - samples.size() / 3, samples.size());
        long before = Vitals.median(first, Vitals::heap);
        long after = Vitals.median(last, Vitals::heap);
        LOG.info("median heap of the first third {} bytes, of the last {} bytes", before, after);
        assertThat(after).as("heap in the end").isLessThan(before + before / 10 + 4_000_000);
        assertThat(Vitals.most(last, Vitals::threads))
                .as("threads in the end")
                .isLessThanOrEqualTo(Vitals.most(first, Vitals::threads) + 4);
        assertThat(Vitals.most(last, Vitals::connections))
                .as("connections in the end")
                .isLessThanOrEqualTo(Vitals.most(first, Vitals::connections) + 4);
        assertThat(samples)
                .extracting(Vitals::cursors)
                .as("cursors")
                .containsOnly(samples.get(0).cursors());
        assertThat(samples).allSatisfy(sample -> {
            assertThat(sample.lag()).as("lag").isLessThan(CURRENT);
            assertThat(sample.saved()).as("lag of saved positions").isLessThan(CURRENT);
            assertThat(sample.oldest()).as("oldest unsettled").isLessThan(CURRENT);
        });
    }

    record All(VersionCount count) {
        @OnChange(
                id = "all",
                scope = Scope.DATABASE,
                operation = {"insert", "update", "replace", "delete"},
                concurrency = 4)
        void received(ChangeEvent<Document> change) {
            count.add(change);
        }
    }

    record Accounts(VersionCount count) {
        @OnChange(id = "accounts", collection = "accounts")
        void received(ChangeEvent<Document> change) {
            count.add(change);
        }
    }

    record Orders(VersionCount count) {
        @OnChange(id = "orders", collection = "orders", ordering = Ordering.STREAM)
        void received(ChangeEvent<Document> change) {
            count.add(change);
        }
    }

    record Stock(VersionCount count) {
        @OnChange(id = "stock", collection = "stock", fullDocument = FullDocument.UPDATE_LOOKUP, concurrency = 2)
        void received(ChangeEvent<Document> change) {
            count.add(change);
        }
    }

    /** Fails now and then at the first attempt. */
    record Unsteady(VersionCount count) {
        @OnChange(id = "unsteady", collection = "orders", concurrency = 2, retry = @Retry(backoff = "20ms"))
        void received(ChangeEvent<Document> change, Attempt attempt) {
            if (attempt.number() == 1 && change.resumeToken().hashCode() % 500 == 0) {
                throw new IllegalStateException("the first attempt fails");
            }
            count.add(change);
        }
    }

    record Rare(LongAdder calls) {
        @OnChange(
                id = "rare",
                collection = "stock",
                match = "{ 'updateDescription.updatedFields.v': { $mod: [5, 0] } }")
        void received(ChangeEvent<Document> change) {
            calls.increment();
        }
    }
}
