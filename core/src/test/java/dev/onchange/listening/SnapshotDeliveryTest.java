package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoNamespace;
import com.mongodb.ServerApi;
import com.mongodb.ServerApiVersion;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.RenameCollectionOptions;
import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Coalesce;
import dev.onchange.HandlerBuilder;
import dev.onchange.OnChangeException;
import dev.onchange.Ordering;
import dev.onchange.StartFrom;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.SnapshotStatus;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents and changes beside them, in each way in which handlers are given changes, and by a server that fails. */
class SnapshotDeliveryTest {

    private static final int DOCUMENTS = 400;

    /** After an error that stands for the loss of the primary, the driver would look at the server again after ten seconds. */
    private final Ground ground = new Ground(LocalMongo.shared().connectionString() + "&heartbeatFrequencyMS=500");

    private final Map<Integer, Integer> index = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> written = new HashMap<>();
    private final AtomicInteger snapshots = new AtomicInteger();
    private final Random random = new Random(5);

    enum Way {
        STREAM_ORDER((handler, test) -> handler.ordering(Ordering.STREAM).handle(test::index)),
        ONE_BY_ONE((handler, test) -> handler.concurrency(1).handle(test::index)),
        CONCURRENT((handler, test) -> handler.concurrency(8).handle(test::index)),
        BATCHES((handler, test) -> handler.concurrency(2)
                .batch(50, Duration.ofMillis(20))
                .handle(changes -> changes.forEach(test::index))),
        NEWEST_ONLY((handler, test) -> handler.coalesce(Coalesce.LATEST)
                .quiet(Duration.ofMillis(20))
                .fullDocument(FullDocument.UPDATE_LOOKUP)
                .handle(test::index)),
        TRANSACTIONS((handler, test) -> handler.concurrency(4).handleInTransaction((change, session) -> {
            test.index(change);
            return null;
        })),
        BATCHES_OF_NEWEST((handler, test) -> handler.coalesce(Coalesce.LATEST)
                .quiet(Duration.ofMillis(20))
                .fullDocument(FullDocument.UPDATE_LOOKUP)
                .batch(50, Duration.ofMillis(20))
                .handle(changes -> changes.forEach(test::index))),
        BATCHES_IN_TRANSACTIONS((handler, test) -> handler.partitions(2)
                .batch(50, Duration.ofMillis(20))
                .handleInTransaction((changes, session) -> {
                    changes.forEach(test::index);
                    return null;
                })),
        PARTITIONS((handler, test) -> handler.partitions(4).handle(test::index));

        final BiFunction<HandlerBuilder<Document, ChangeListenersBuilder>, SnapshotDeliveryTest, ChangeListenersBuilder>
                handler;

        Way(
                BiFunction<
                                HandlerBuilder<Document, ChangeListenersBuilder>,
                                SnapshotDeliveryTest,
                                ChangeListenersBuilder>
                        handler) {
            this.handler = handler;
        }
    }

    @AfterEach
    void clear() {
        ground.close();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void the_index_equals_the_collection(Way way) {
        insert();
        try (ChangeListeners listeners = listening(way).start()) {
            IntStream.range(0, 200).forEach(any -> write());

            awaitIndex();
            await().until(() -> listeners.status().snapshots().stream().allMatch(SnapshotStatus::complete));
        }
        assertThat(snapshots.get()).isBetween(1, DOCUMENTS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Way.class,
            names = {"CONCURRENT", "PARTITIONS"})
    void an_instance_goes_on_where_another_one_has_left_a_snapshot(Way way) {
        insert();
        ChangeListeners first = listening(way).snapshotRate(400).start();
        try (ChangeListeners second = listening(way).snapshotRate(400).start()) {
            await().until(() -> snapshots.get() > DOCUMENTS / 10);
            IntStream.range(0, 50).forEach(any -> write());
            first.close();
            IntStream.range(0, 50).forEach(any -> write());

            awaitIndex();
            await().until(() -> second.status().snapshots().stream().allMatch(SnapshotStatus::complete));
        } finally {
            first.close();
        }
    }

    /** Too old, or not to be had, as of that time; another primary; interrupted. */
    @ParameterizedTest
    @ValueSource(ints = {239, 246, 189, 11602})
    void a_read_that_fails_is_repeated_and_no_document_comes_twice(int code) {
        insert();
        readsFail(new Document("errorCode", code));
    }

    @Test
    void a_connection_that_breaks_at_a_read_is_replaced_and_no_document_comes_twice() {
        insert();
        readsFail(new Document("closeConnection", true));
    }

    private void readsFail(Document how) {
        Document failing = new Document(how).append("failCommands", List.of("find"));
        failing.append("namespace", ground.database() + ".items");
        Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();
        try (FailPoint some = LocalMongo.shared().failPoint("failCommand", new Document("times", 3), failing);
                ChangeListeners listeners =
                        listening(Way.CONCURRENT).listener(events::add).start()) {
            awaitIndex();
        }
        assertThat(snapshots).hasValue(DOCUMENTS);
        assertThat(events)
                .filteredOn(ListenerEvent.SnapshotHindered.class::isInstance)
                .hasSize(3);
    }

    @Test
    void documents_of_the_greatest_size_are_given_and_none_is_read_while_another_one_waits() {
        String text = "x".repeat(16 * 1024 * 1024 - 100);
        for (int id = 0; id < 3; id++) {
            ground.insert("items", new Document("_id", id).append("v", id).append("text", text));
            written.put(id, id);
        }
        ReadDocuments reads = new ReadDocuments();
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .addCommandListener(reads)
                .build();
        List<Integer> ahead = new CopyOnWriteArrayList<>();

        try (ChangeListeners listeners = ground.prepared(ChangeListeners.builder(settings))
                .on("items")
                .startFrom(StartFrom.SNAPSHOT)
                .handle(change -> {
                    ahead.add(reads.documents() - snapshots.get());
                    index(change);
                })
                .start()) {
            awaitIndex();
        }
        assertThat(snapshots).hasValue(3);
        // This one.
        assertThat(ahead).containsOnly(1);
    }

    @Test
    void of_a_database_all_kinds_of_collections_are_read_that_tell_of_changes() {
        create("{ create: 'clustered', clusteredIndex: { key: { _id: 1 }, unique: true } }");
        create("{ create: 'items' }");
        create("{ create: 'aview', viewOn: 'items', pipeline: [] }");
        create("{ create: 'series', timeseries: { timeField: 't' } }");
        ground.insert("clustered", new Document("_id", 2).append("v", 2));
        ground.insert("clustered", new Document("_id", 3).append("v", 3));
        ground.insert("series", new Document("t", new Date()).append("_id", 4));

        try (ChangeListeners listeners = ground.builder()
                .onDatabase()
                .id("index")
                .startFrom(StartFrom.SNAPSHOT)
                .handle(this::index)
                .start()) {
            ground.insert("items", new Document("_id", 5).append("v", 5));

            await().untilAsserted(() -> assertThat(index).isEqualTo(Map.of(2, 2, 3, 3, 5, 5)));
            await().until(() -> listeners.status().snapshots().stream().allMatch(SnapshotStatus::complete));
        }
        // The one that was inserted meanwhile comes as a change, or was read.
        assertThat(snapshots.get()).isBetween(2, 3);
    }

    @Test
    void a_capped_collection_is_refused_where_the_server_does_not_read_it_as_of_one_time() {
        create("{ create: 'items', capped: true, size: 100000 }");

        OnChangeException refused = catchThrowableOfType(
                OnChangeException.class, () -> listening(Way.CONCURRENT).start());

        assertThat(refused.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.SNAPSHOT_IMPOSSIBLE);
            assertThat(problem.where()).isEqualTo(ground.database() + ".items");
            assertThat(problem.what()).contains("capped");
        });
    }

    @Test
    void a_client_with_a_strict_stable_api_is_refused_with_the_reason() {
        insert();
        MongoClientSettings strict = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .serverApi(ServerApi.builder()
                        .version(ServerApiVersion.V1)
                        .strict(true)
                        .build())
                .build();

        OnChangeException refused = catchThrowableOfType(
                OnChangeException.class,
                () -> declared(Way.CONCURRENT, ground.prepared(ChangeListeners.builder(strict)))
                        .start());

        assertThat(refused.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.SNAPSHOT_IMPOSSIBLE);
            assertThat(problem.what()).contains("strict");
        });
    }

    @Test
    void a_collection_that_does_not_exist_yet_has_no_documents_and_all_its_changes_come() {
        try (ChangeListeners listeners = listening(Way.CONCURRENT).start()) {
            ground.insert("items", new Document("_id", 1).append("v", 1));

            await().untilAsserted(() -> assertThat(index).isEqualTo(Map.of(1, 1)));
        }
        assertThat(snapshots).hasValue(0);
    }

    @Test
    void a_collection_that_is_renamed_midway_ends_its_snapshot_and_the_next_of_the_name_comes_as_changes() {
        insert();
        try (ChangeListeners listeners =
                listening(Way.CONCURRENT).snapshotRate(400).start()) {
            await().until(() -> snapshots.get() > 0);
            Ground.run(ground.collection("items").renameCollection(new MongoNamespace(ground.database(), "former")));
            ground.insert("items", new Document("_id", DOCUMENTS).append("v", 1));

            await().until(() -> index.containsKey(DOCUMENTS)
                    && listeners.status().snapshots().isEmpty());
        }
        assertThat(snapshots).hasValueLessThan(DOCUMENTS);
    }

    @Test
    void a_collection_that_is_dropped_and_made_anew_while_nobody_listens_comes_as_changes() {
        insert();
        readSome();
        Ground.run(ground.collection("items").drop());
        index.clear();
        written.clear();
        for (int id : List.of(3, DOCUMENTS - 1, DOCUMENTS)) {
            ground.insert("items", new Document("_id", id).append("v", id));
            written.put(id, id);
        }
        readRest();
    }

    @Test
    void a_collection_that_another_one_takes_the_place_of_while_nobody_listens_ends_its_snapshot() {
        insert();
        ground.insert("others", new Document("_id", DOCUMENTS - 1).append("v", 7));
        readSome();
        Ground.run(ground.collection("others")
                .renameCollection(
                        new MongoNamespace(ground.database(), "items"),
                        new RenameCollectionOptions().dropTarget(true)));
        index.clear();
        written.clear();
        ground.insert("items", new Document("_id", 3).append("v", 8));
        written.put(3, 8);
        readRest();
    }

    private void readSome() {
        try (ChangeListeners listeners =
                listening(Way.CONCURRENT).snapshotRate(400).start()) {
            await().until(() -> snapshots.get() > DOCUMENTS / 10);
        }
    }

    /** No document of a snapshot, as it has ended. */
    private void readRest() {
        int before = snapshots.get();
        assertThat(before).isLessThan(DOCUMENTS);
        try (ChangeListeners listeners = listening(Way.CONCURRENT).start()) {
            awaitIndex();
            await().until(() -> listeners.status().snapshots().isEmpty());
        }
        assertThat(snapshots).hasValue(before);
    }

    private void awaitIndex() {
        await().atMost(Duration.ofMinutes(1)).until(() -> index.equals(written));
    }

    private void create(String command) {
        Ground.run(ground.client().getDatabase(ground.database()).runCommand(Document.parse(command)));
    }

    private ChangeListenersBuilder listening(Way way) {
        return declared(way, ground.builder());
    }

    private ChangeListenersBuilder declared(Way way, ChangeListenersBuilder builder) {
        return way.handler.apply(builder.on("items").id("index").startFrom(StartFrom.SNAPSHOT), this);
    }

    private void index(ChangeEvent<?> change) {
        if (change.documentKey() == null) {
            return;
        }
        int id = change.documentKey().getInt32("_id").getValue();
        if (change.isSnapshot()) {
            snapshots.incrementAndGet();
        }
        RawBsonDocument raw = change.raw();
        if (change.operationName().equals("delete")) {
            index.remove(id);
        } else if (raw.get("fullDocument") != null && raw.get("fullDocument").isDocument()) {
            index.put(id, raw.getDocument("fullDocument").getInt32("v").getValue());
        } else if (raw.containsKey("updateDescription") && !raw.containsKey("fullDocument")) {
            index.put(
                    id,
                    raw.getDocument("updateDescription")
                            .getDocument("updatedFields")
                            .getInt32("v")
                            .getValue());
        }
    }

    private void insert() {
        Ground.run(ground.collection("items")
                .insertMany(IntStream.range(0, DOCUMENTS)
                        .mapToObj(id -> new Document("_id", id).append("v", 0))
                        .toList()));
        IntStream.range(0, DOCUMENTS).forEach(id -> written.put(id, 0));
    }

    private void write() {
        int id = random.nextInt(DOCUMENTS);
        Integer before = written.get(id);
        int version = random.nextInt(1_000_000);
        if (before == null) {
            ground.insert("items", new Document("_id", id).append("v", version));
            written.put(id, version);
        } else if (random.nextInt(3) == 0) {
            Ground.run(ground.collection("items").deleteOne(Filters.eq(id)));
            written.remove(id);
        } else if (before != version) {
            ground.set("items", id, "v", version);
            written.put(id, version);
        }
    }
}
