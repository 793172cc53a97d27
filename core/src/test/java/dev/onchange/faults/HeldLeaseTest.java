package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.localmongo.MongoNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What must not cost an instance its handlers. The full forms: {@code -Dstepdowns=20 -Daway=12 -Dleases=10}, of which the
 * second is in seconds; {@code -Dnodes=3} lets another node take the place of the primary, whose clock may be another one.
 */
class HeldLeaseTest {

    private static final Logger LOG = LoggerFactory.getLogger(HeldLeaseTest.class);
    private static final int HANDLERS = 10;
    private static final int CONCURRENCY = 4;
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final int BEATS_IN_LEASE = 4;

    private final LocalMongo mongo = LocalMongo.builder()
            .nodes(Integer.getInteger("nodes", 1))
            .ownProcess()
            .start();
    private final MongoClient client = MongoClients.create(mongo.connectionString());
    private final MongoCollection<Document> items = client.getDatabase("held").getCollection("items");
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger handled = new AtomicInteger();
    private volatile CountDownLatch goOn = new CountDownLatch(0);
    private int written;

    @AfterEach
    void stop() {
        goOn.countDown();
        client.close();
        mongo.close();
    }

    /** Who has what, with which term, and who takes part. */
    private record Owners(List<Document> units, List<Document> members) {}

    @Test
    void while_there_is_no_primary_nobody_is_taken_for_dead_and_nothing_moves() {
        int stepDowns = Integer.getInteger("stepdowns", 1);
        int seconds = Integer.getInteger("away", 4);
        try (ChangeListeners one = builder().start();
                ChangeListeners other = builder().start()) {
            awaitShared(one, other);
            Owners before = owners();
            for (int stepDown = 0; stepDown < stepDowns; stepDown++) {
                write();
                primary().orElseThrow().admin(new Document("replSetStepDown", seconds).append("force", true));
                await().atMost(Patience.LIMIT).until(() -> primary().isPresent());
                write();
                awaitHandled();
                await().atMost(Patience.LIMIT)
                        .until(() -> one.status().cluster().heard()
                                && other.status().cluster().heard());
            }
            awaitBeats(BEATS_IN_LEASE);
            LOG.info("{} times {} s without a primary: {} handlers, {} changes", stepDowns, seconds, HANDLERS, written);
            assertThat(owners()).isEqualTo(before);
        }
    }

    @Test
    void while_all_calls_block_no_lease_is_lost() {
        int leases = Integer.getInteger("leases", 2);
        try (ChangeListeners one = builder().start();
                ChangeListeners other = builder().start()) {
            awaitShared(one, other);
            Owners before = owners();
            goOn = new CountDownLatch(1);
            write();
            await().atMost(Patience.LIMIT).until(() -> calls.get() - handled.get() == HANDLERS * CONCURRENCY);

            awaitBeats(leases * BEATS_IN_LEASE);
            assertThat(calls.get() - handled.get()).isEqualTo(HANDLERS * CONCURRENCY);
            goOn.countDown();
            awaitHandled();

            LOG.info("all calls of {} handlers blocked for {} leases", HANDLERS, leases);
            assertThat(owners()).isEqualTo(before);
        }
    }

    private Optional<MongoNode> primary() {
        return mongo.nodes().stream().filter(MongoNode::primary).findFirst();
    }

    private ChangeListenersBuilder builder() {
        ChangeListenersBuilder builder = ChangeListeners.builder(mongo.connectionString())
                .database("held")
                .stateDatabase("held_state")
                .cluster(Cluster.usual().withLease(LEASE));
        IntStream.range(0, HANDLERS)
                .forEach(i -> builder.on("items")
                        .id("handler" + i)
                        .operation("insert")
                        .concurrency(CONCURRENCY)
                        .handle(change -> {
                            calls.incrementAndGet();
                            goOn.await();
                            handled.incrementAndGet();
                        }));
        return builder;
    }

    private void awaitShared(ChangeListeners... all) {
        await().atMost(Patience.LIMIT)
                .until(() ->
                        owners().units().stream().allMatch(unit -> unit.getBoolean("ready") && unit.get("next") == null)
                                && owners().units().stream()
                                                .map(unit -> unit.get("owner"))
                                                .distinct()
                                                .count()
                                        == all.length);
    }

    private Owners owners() {
        List<Document> units = new ArrayList<>();
        for (Document unit : state("onchange.units")) {
            units.add(new Document("_id", unit.get("_id"))
                    .append("owner", unit.get("owner"))
                    .append("term", unit.get("term"))
                    .append("ready", unit.get("ready"))
                    .append("next", unit.get("next")));
        }
        List<Document> members = state("onchange.members").stream()
                .map(member -> new Document("_id", member.get("_id")).append("state", member.get("state")))
                .toList();
        return new Owners(units, members);
    }

    private List<Document> state(String collection) {
        return Flux.from(client.getDatabase("held_state")
                        .getCollection(collection)
                        .find()
                        .sort(new Document("_id", 1)))
                .collectList()
                .block(Patience.LIMIT);
    }

    private void awaitBeats(int beats) {
        Map<Object, Long> before = beats();
        await().atMost(Patience.LIMIT.plus(LEASE.multipliedBy(beats)))
                .until(() -> beats().entrySet().stream()
                        .allMatch(now -> now.getValue() >= before.getOrDefault(now.getKey(), 0L) + beats));
    }

    private Map<Object, Long> beats() {
        return state("onchange.members").stream()
                .collect(Collectors.toMap(
                        member -> member.get("_id"), member -> ((Number) member.get("beat")).longValue()));
    }

    private void write() {
        List<Document> more = IntStream.range(written, written + 50)
                .mapToObj(id -> new Document("_id", id))
                .toList();
        Mono.from(items.insertMany(more)).block(Patience.LIMIT);
        written += more.size();
    }

    private void awaitHandled() {
        await().atMost(Patience.LIMIT).until(() -> handled.get() == written * HANDLERS);
        assertThat(calls).hasValue(written * HANDLERS);
    }
}
