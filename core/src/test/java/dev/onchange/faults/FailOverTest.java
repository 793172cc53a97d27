package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.StartFrom;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.localmongo.MongoNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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

    @Test
    void a_snapshot_goes_on_at_the_next_primary_and_gives_each_document_once() {
        int documents = 2_000;
        Map<Integer, Integer> snapshots = new ConcurrentHashMap<>();
        Map<Integer, Integer> index = new ConcurrentHashMap<>();
        try (MongoClient client = MongoClients.create(mongo.connectionString())) {
            MongoCollection<Document> items = client.getDatabase(DATABASE).getCollection("documents");
            Mono.from(items.insertMany(IntStream.range(0, documents)
                            .mapToObj(id -> new Document("_id", id).append("v", 0))
                            .toList()))
                    .block();

            try (ChangeListeners listeners = ChangeListeners.builder(mongo.connectionString())
                    .database(DATABASE)
                    .snapshotRate(documents / 2.0)
                    .on("documents")
                    .id("index")
                    .startFrom(StartFrom.SNAPSHOT)
                    .concurrency(4)
                    .handle(change -> {
                        int id = change.documentKey().getInt32("_id").getValue();
                        if (change.isSnapshot()) {
                            snapshots.merge(id, 1, Integer::sum);
                        }
                        index.put(
                                id,
                                change.isSnapshot()
                                        ? change.raw()
                                                .getDocument("fullDocument")
                                                .getInt32("v")
                                                .getValue()
                                        : change.updateDescription()
                                                .getUpdatedFields()
                                                .getInt32("v")
                                                .getValue());
                    })
                    .start()) {
                await().atMost(Patience.LIMIT).until(() -> snapshots.size() > documents / 10);
                mongo.stepDown();
                Flux.range(0, documents)
                        .filter(id -> id % 10 == 0)
                        .concatMap(id -> items.updateOne(Filters.eq(id), Updates.set("v", 1)))
                        .blockLast();
                int before = snapshots.size();
                MongoNode primary = mongo.primary();
                primary.kill();
                await().atMost(Patience.LIMIT).until(() -> snapshots.size() > before || before == documents);
                primary.restart();

                await().atMost(Patience.LIMIT)
                        .until(() -> index.size() == documents
                                && index.entrySet().stream()
                                        .allMatch(each -> each.getValue() == (each.getKey() % 10 == 0 ? 1 : 0)));
            }
        }
        assertThat(snapshots.values()).allMatch(times -> times == 1);
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
