package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.Coalesce;
import dev.onchange.HandlerBuilder;
import dev.onchange.OnChangeException;
import dev.onchange.Ordering;
import dev.onchange.StartFrom;
import dev.onchange.status.SnapshotStatus;
import dev.onchange.testing.Instance;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/**
 * Handlers declared at random that keep an index by a snapshot and what follows it, in instances that are killed, closed,
 * or asked for another snapshot, and started with another number of partitions, while documents are written, in transactions too,
 * in half of the plans also paused, resumed, rewound and asked for more, and collections dropped: in the end the index equals the
 * collection, and no snapshot is under way. {@code -Dseed=…} repeats one, {@code -Dseeds=…} tries more.
 */
@OnChangeTest
class RandomSnapshotsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("patience", 90));
    private static final String ID = "index";

    @Inject
    Listening listening;

    @Inject
    MongoClient client;

    @Inject
    MongoDatabase database;

    private final Map<Integer, Integer> written = new TreeMap<>();
    private final Map<Integer, Integer> index = new TreeMap<>();
    private ClientSession session;
    private int version;
    private int calls;
    private int collections;

    enum Calls {
        ONE_BY_ONE,
        BATCHES,
        NEWEST_ONLY,
        IN_TRANSACTIONS
    }

    enum End {
        KILLED,
        CLOSED,
        ASKED_AGAIN
    }

    /**
     * @param partitions of one instance after the other
     * @param ends how each of these but the last one ends
     * @param rate how many documents are given in a second, at most
     * @param collections of how many the documents are
     * @param steered whether it is paused, resumed, rewound and asked for again meanwhile, and collections are dropped
     */
    record Plan(
            long seed,
            Calls calls,
            Ordering ordering,
            int concurrency,
            List<Integer> partitions,
            List<End> ends,
            int rate,
            int collections,
            boolean steered) {

        static Plan of(long seed) {
            Random random = new Random(seed);
            Calls calls = one(random, Calls.values());
            boolean strict = random.nextInt(4) == 0 && calls != Calls.NEWEST_ONLY;
            List<Integer> partitions = new ArrayList<>();
            List<End> ends = new ArrayList<>();
            int instances = 1 + random.nextInt(3);
            // Partitions have no order between them.
            boolean divided = !strict && random.nextBoolean();
            for (int i = 0; i < instances; i++) {
                partitions.add(divided ? 1 << random.nextInt(3) : 1);
                ends.add(one(random, End.values()));
            }
            return new Plan(
                    seed,
                    calls,
                    strict ? Ordering.STREAM : Ordering.BY_KEY,
                    strict ? 1 : 1 + random.nextInt(4),
                    partitions,
                    ends,
                    one(random, 300, 1_000, 100_000),
                    one(random, 1, 1, 30),
                    seed % 2 == 0);
        }

        @SafeVarargs
        private static <T> T one(Random random, T... of) {
            return of[random.nextInt(of.length)];
        }
    }

    static Stream<Plan> plans() {
        Long seed = Long.getLong("seed");
        return seed != null
                ? Stream.of(Plan.of(seed))
                : LongStream.rangeClosed(1, Integer.getInteger("seeds", 4)).mapToObj(Plan::of);
    }

    @AfterEach
    void clear() {
        session.close();
    }

    @ParameterizedTest
    @MethodSource("plans")
    void the_index_equals_the_collection_in_the_end(Plan plan) {
        Random random = new Random(plan.seed());
        int documents = 50 + random.nextInt(400);
        collections = plan.collections();
        session = Mono.from(client.startSession()).block();
        IntStream.range(0, documents)
                .mapToObj(id -> new Document("_id", id).append("v", next(id)))
                .collect(Collectors.groupingBy(document -> name(document.getInteger("_id"))))
                .forEach((name, some) ->
                        listening.run(database.getCollection(name).insertMany(some)));

        for (int i = 0; i < plan.partitions().size(); i++) {
            boolean last = i == plan.partitions().size() - 1;
            Alive alive = new Alive();
            int partitions = plan.partitions().get(i);
            Instance instance = listening.startInstance(builder -> declare(builder, plan, partitions, alive));
            int enough = last ? 0 : random.nextInt(documents);
            int before = calls();
            for (int writes = random.nextInt(100); writes > 0; writes--) {
                write(random, documents);
                if (plan.steered()) {
                    steer(instance.listeners(), random, partitions);
                    if (random.nextInt(20) == 0) {
                        writeInTransaction(random, documents);
                    }
                }
            }
            instance.listeners().resumeSnapshot(ID);
            instance.listeners().resume(ID);
            // Fewer may come: some are deleted before they are read.
            await().atMost(PATIENCE).until(() -> calls() - before >= enough || isComplete(instance));
            if (last) {
                awaitEnd(plan, instance);
            } else {
                end(plan.ends().get(i), instance, alive, plan);
            }
            if (last || plan.ends().get(i) != End.ASKED_AGAIN) {
                instance.close();
            }
        }
    }

    private void steer(ChangeListeners listeners, Random random, int partitions) {
        switch (random.nextInt(40)) {
            case 0 -> listeners.pauseSnapshot(ID);
            case 1 -> listeners.resumeSnapshot(ID);
            case 2 -> listeners.pause(ID);
            case 3 -> listeners.resume(ID);
            case 4 -> again(listeners);
            case 5 -> again(listeners, "{ 'fullDocument.v': { $mod: [3, 1] } }");
            case 6 -> listeners.rewind(ID, Instant.now().minusSeconds(random.nextInt(3)));
            case 7 -> {
                // Of several partitions only one is told of it.
                if (partitions == 1) {
                    drop(random);
                }
            }
            default -> {}
        }
    }

    private static void again(ChangeListeners listeners, String... filters) {
        try {
            listeners.snapshot(ID, filters);
        } catch (OnChangeException refused) {
            assertThat(refused).hasMessageContaining("under way");
        }
    }

    private void drop(Random random) {
        String name = name(random.nextInt(collections));
        listening.run(database.getCollection(name).drop());
        written.keySet().removeIf(id -> name(id).equals(name));
    }

    private void end(End how, Instance instance, Alive alive, Plan plan) {
        switch (how) {
            case CLOSED -> instance.close();
            case KILLED -> {
                instance.kill();
                synchronized (index) {
                    alive.ended = true;
                }
            }
            case ASKED_AGAIN -> {
                await().atMost(PATIENCE)
                        .until(() -> instance.listeners().status().snapshots().isEmpty());
                instance.listeners().snapshot(ID);
                awaitEnd(plan, instance);
                instance.close();
            }
        }
    }

    private void awaitEnd(Plan plan, Instance instance) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            synchronized (index) {
                assertThat(index)
                        .as("%s: %s", plan, instance.listeners().status())
                        .isEqualTo(written);
            }
        });
        await("%s".formatted(plan)).atMost(PATIENCE).until(() -> isComplete(instance));
    }

    private static boolean isComplete(Instance instance) {
        return instance.listeners().status().snapshots().stream().allMatch(SnapshotStatus::complete);
    }

    /** Whether calls have an effect: not those of a process that was killed. */
    private static final class Alive {
        private boolean ended;
    }

    private ChangeListenersBuilder declare(ChangeListenersBuilder builder, Plan plan, int partitions, Alive alive) {
        ChangeListenersBuilder instance = builder.cluster(Cluster.usual().withLease(Duration.ofSeconds(2)))
                .instance("one")
                .snapshotRate(plan.rate());
        HandlerBuilder<Document, ChangeListenersBuilder> handler = (collections == 1
                        ? instance.on(name(0))
                        : instance.onDatabase())
                .id(ID)
                .startFrom(StartFrom.SNAPSHOT)
                .fullDocument(FullDocument.UPDATE_LOOKUP)
                .ordering(plan.ordering())
                .concurrency(plan.concurrency())
                .partitions(partitions);
        return switch (plan.calls()) {
            case ONE_BY_ONE -> handler.handle(change -> index(List.of(change), alive));
            case BATCHES -> handler.batch(30, Duration.ofMillis(20)).handle(changes -> index(changes, alive));
            case NEWEST_ONLY ->
                handler.coalesce(Coalesce.LATEST)
                        .quiet(Duration.ofMillis(20))
                        .handle(change -> index(List.of(change), alive));
            case IN_TRANSACTIONS ->
                handler.handleInTransaction((change, session) -> {
                    index(List.of(change), alive);
                    return null;
                });
        };
    }

    private void index(List<ChangeEvent<Document>> changes, Alive alive) {
        synchronized (index) {
            if (alive.ended) {
                throw new IllegalStateException("killed");
            }
            for (ChangeEvent<Document> change : changes) {
                calls++;
                if (change.documentKey() == null) {
                    if (change.operationName().equals("drop")) {
                        String name = change.namespace().getCollectionName();
                        index.keySet().removeIf(id -> name(id).equals(name));
                    }
                    continue;
                }
                int id = change.documentKey().getInt32("_id").getValue();
                Document document = change.fullDocument();
                if (document == null) {
                    index.remove(id);
                } else {
                    index.put(id, document.getInteger("v"));
                }
            }
        }
    }

    private int calls() {
        synchronized (index) {
            return calls;
        }
    }

    private void write(Random random, int documents) {
        int id = random.nextInt(documents + documents / 10);
        if (!written.containsKey(id)) {
            listening.run(items(id).insertOne(session, new Document("_id", id).append("v", next(id))));
        } else if (random.nextInt(3) == 0) {
            listening.run(items(id).deleteOne(session, Filters.eq(id)));
            written.remove(id);
        } else {
            listening.run(items(id).updateOne(session, Filters.eq(id), Updates.set("v", next(id))));
        }
    }

    private void writeInTransaction(Random random, int documents) {
        session.startTransaction();
        IntStream.range(0, 20).forEach(any -> write(random, documents));
        Mono.from(session.commitTransaction()).block();
    }

    private int next(int id) {
        written.put(id, ++version);
        return version;
    }

    private MongoCollection<Document> items(int id) {
        return database.getCollection(name(id));
    }

    private String name(int id) {
        return "items" + id % collections;
    }
}
