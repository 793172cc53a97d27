package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.Grouping;
import dev.onchange.localmongo.LocalMongo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The full form: {@code -Dredeployments=100}. */
class RegroupingTest {

    private static final Logger LOG = LoggerFactory.getLogger(RegroupingTest.class);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "regrouping_" + Long.toHexString(System.nanoTime());
    private final Writer writer = new Writer(uri, database, seed);
    private final Deliveries free = new Deliveries();
    private final Deliveries strict = new Deliveries();
    private final AtomicInteger companionCalls = new AtomicInteger();

    @AfterEach
    void disconnect() {
        writer.close();
    }

    @Test
    void whatever_is_declared_differently_at_each_start_nothing_is_lost_and_each_key_keeps_its_order() {
        int redeployments = Integer.getInteger("redeployments", 8);
        Set<String> groupings = new HashSet<>();

        for (int deployment = 0; deployment < redeployments; deployment++) {
            try (ChangeListeners listeners = deploy()) {
                groupings.add(grouping(listeners));
                if (deployment == 0) {
                    writer.begin();
                }
                awaitMore(1 + random.nextInt(200));
            }
            free.beginRun();
            strict.beginRun();
        }
        writer.finish();
        try (ChangeListeners listeners = deploy()) {
            groupings.add(grouping(listeners));
            Patience.awaitUnlessLost(() -> free.count() >= writer.count() && strict.count() >= writer.count());
        }

        Tally ofFree = Tally.of(writer.writes(), free.runs());
        Tally ofStrict = Tally.of(writer.writes(), strict.runs());
        LOG.info(
                "seed {}, {} redeployments in {} groupings: {}, {}, {} calls of companions",
                seed,
                redeployments,
                groupings.size(),
                ofFree,
                ofStrict,
                companionCalls);
        assertThat(ofFree).as("seed %d", seed).matches(Tally::nothingLost);
        assertThat(ofStrict).as("seed %d", seed).matches(Tally::nothingLost);
        assertThat(groupings).as("seed %d", seed).hasSizeGreaterThan(1);
    }

    private ChangeListeners deploy() {
        List<Object> handlers = new ArrayList<>(Companions.some(random, companionCalls));
        handlers.add(Observers.free(random, free));
        handlers.add(Observers.strict(random, strict));
        Collections.shuffle(handlers, random);
        Map<String, String> values = Map.of(
                "match", Companions.filter(random),
                "collection", Companions.collection(random),
                "database", database);
        return ChangeListeners.builder(uri)
                .database(database)
                .stateDatabase(database + "_state")
                .placeholders(values::get)
                .grouping(Grouping.values()[random.nextInt(Grouping.values().length)])
                .batchSize(1 + random.nextInt(1_000))
                .handlers(handlers.toArray())
                .start();
    }

    private static String grouping(ChangeListeners listeners) {
        return listeners.plan().streams().stream()
                .map(stream -> stream.handlerIds().stream().sorted().toList().toString())
                .sorted()
                .toList()
                .toString();
    }

    private void awaitMore(int changes) {
        int free = this.free.count();
        int strict = this.strict.count();
        await().atMost(Patience.LIMIT)
                .until(() -> this.free.count() >= free + changes && this.strict.count() >= strict + changes);
    }
}
