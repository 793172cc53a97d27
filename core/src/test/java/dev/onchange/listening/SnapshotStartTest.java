package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.Filters;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.HandlerBuilder;
import dev.onchange.OnChangeException;
import dev.onchange.RetryPolicy;
import dev.onchange.StartFrom;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.SnapshotStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handlers that begin with the documents that exist. */
class SnapshotStartTest {

    private static final int DOCUMENTS = 3_000;

    private final Ground ground = new Ground();
    private final Index index = new Index();
    private final Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void every_document_is_given_once_and_then_its_changes() {
        insert(DOCUMENTS);

        try (ChangeListeners listeners =
                ground.builder(index).listener(events::add).start()) {
            await().untilAsserted(() -> assertThat(index.versions).hasSize(DOCUMENTS));
            Ground.run(ground.collection("items")
                    .updateOne(Filters.eq(7), new Document("$set", new Document("version", 2L))));
            Ground.run(ground.collection("items").deleteOne(Filters.eq(8)));
            ground.insert("items", new Document("_id", -1).append("version", 1L));

            await().untilAsserted(() -> {
                assertThat(index.given.get(new BsonInt32(7))).containsExactly(1L, 2L);
                assertThat(index.given.get(new BsonInt32(8))).containsExactly(1L, -1L);
                assertThat(index.given.get(new BsonInt32(-1))).containsExactly(1L);
            });
            assertThat(index.snapshots).isEqualTo(DOCUMENTS);
            assertThat(listeners.plan().streams().get(0).description())
                    .contains("snapshot at the first start, one scan by _id for index");
            await().until(() -> events.stream().anyMatch(ListenerEvent.SnapshotCompleted.class::isInstance));
        }
        ListenerEvent.SnapshotStarted started = event(ListenerEvent.SnapshotStarted.class);
        assertThat(started.collections()).containsExactly(ground.database() + ".items");
        assertThat(started.estimated()).isEqualTo(DOCUMENTS);
        assertThat(started.since()).isNotNull();
        assertThat(event(ListenerEvent.SnapshotCompleted.class))
                .isEqualTo(new ListenerEvent.SnapshotCompleted("index", DOCUMENTS, started.since()));
    }

    @Test
    void writes_beside_it_are_given_each_once_behind_the_document_that_they_change() {
        insert(DOCUMENTS);
        Map<Integer, Long> versions = new HashMap<>();
        IntStream.range(0, DOCUMENTS).forEach(id -> versions.put(id, 1L));

        try (ChangeListeners listeners = ground.builder(index).start()) {
            Random random = new Random(1);
            for (int i = 0; i < 1_000; i++) {
                write(random, versions);
            }

            await().untilAsserted(() -> assertThat(index.versions).isEqualTo(expected(versions)));

            assertThat(index.given.values()).allSatisfy(SnapshotStartTest::assertAscending);
        }
    }

    @Test
    void listeners_that_are_closed_and_started_again_give_each_document_once() {
        insert(DOCUMENTS);
        try (ChangeListeners listeners =
                ground.builder(index).snapshotRate(2_000).start()) {
            await().until(() -> index.snapshots > 200);
        }
        assertThat(index.snapshots).isLessThan(DOCUMENTS);

        try (ChangeListeners listeners = ground.builder(index).start()) {
            await().untilAsserted(() -> assertThat(index.versions).hasSize(DOCUMENTS));
        }
        assertThat(index.snapshots).isEqualTo(DOCUMENTS);
    }

    @Test
    void a_snapshot_can_be_paused_resumed_and_cancelled_while_changes_go_on() {
        insert(DOCUMENTS);
        try (ChangeListeners listeners =
                ground.builder(index).listener(events::add).snapshotRate(1_000).start()) {
            await().until(() -> index.snapshots > 50);
            listeners.pauseSnapshot("index");
            await().untilAsserted(() ->
                    assertThat(listeners.status().snapshots().get(0).paused()).isTrue());
            ground.insert("items", new Document("_id", -1).append("version", 1L));
            await().until(() -> index.versions.containsKey(new BsonInt32(-1)));
            SnapshotStatus before = listeners.status().snapshots().get(0);

            listeners.resumeSnapshot("index");
            await().until(() -> listeners.status().snapshots().get(0).documents() > before.documents() + 10);
            assertThat(before.estimated()).isEqualTo(DOCUMENTS);
            assertThat(before.collections()).containsExactly(ground.database() + ".items");

            listeners.cancelSnapshot("index");
            await().until(() -> listeners.status().snapshots().isEmpty());
            assertThat(event(ListenerEvent.SnapshotCancelled.class).documents()).isLessThan(DOCUMENTS);
            assertThat(events).noneMatch(ListenerEvent.SnapshotCompleted.class::isInstance);
            Ground.run(ground.collection("items")
                    .updateOne(Filters.eq(DOCUMENTS - 1), new Document("$set", new Document("version", 2L))));
            await().untilAsserted(() ->
                    assertThat(index.given.get(new BsonInt32(DOCUMENTS - 1))).containsExactly(2L));
        }
        assertThat(index.snapshots).isLessThan(DOCUMENTS);
    }

    @Test
    void one_that_was_cancelled_while_a_call_lasts_is_neither_gone_on_with_nor_told_again_after_a_restart() {
        insert(DOCUMENTS);
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean blocked = new AtomicBoolean();
        try (ChangeListeners listeners = cancelled(change -> {
                    if (!change.isSnapshot() && key(change) == -1) {
                        blocked.set(true);
                        never.await();
                    }
                })
                .snapshotRate(1_000)
                .stopTimeout(Duration.ofMillis(50))
                .start()) {
            ground.insert("items", new Document("_id", -1));
            await().until(blocked::get);
            listeners.cancelSnapshot("index");
            await().until(() -> events.stream().anyMatch(ListenerEvent.SnapshotCancelled.class::isInstance));
        }
        events.clear();
        List<String> seen = new CopyOnWriteArrayList<>();
        try (ChangeListeners listeners = cancelled(change -> seen.add(change.operationName() + " " + key(change)))
                .start()) {
            ground.insert("items", new Document("_id", -2));

            await().until(() ->
                    seen.contains("insert -2") && listeners.status().snapshots().isEmpty());
        }
        assertThat(seen).containsExactlyInAnyOrder("insert -1", "insert -2");
        assertThat(events)
                .noneMatch(ListenerEvent.SnapshotCancelled.class::isInstance)
                .noneMatch(ListenerEvent.SnapshotCompleted.class::isInstance);
    }

    private ChangeListenersBuilder cancelled(HandlerBuilder.Handler<Document> handler) {
        return ground.builder()
                .listener(events::add)
                .on("items")
                .id("index")
                .startFrom(StartFrom.SNAPSHOT)
                .concurrency(4)
                .handle(handler);
    }

    @Test
    void a_handler_that_is_paused_and_resumed_amid_its_snapshot_is_given_each_document_once() {
        insert(DOCUMENTS);
        try (ChangeListeners listeners =
                ground.builder(index).snapshotRate(3_000).start()) {
            await().until(() -> index.snapshots > 50);
            listeners.pause("index");
            Ground.run(ground.collection("items").deleteOne(Filters.eq(0)));
            listeners.resume("index");

            await().untilAsserted(() -> assertThat(index.versions).hasSize(DOCUMENTS - 1));
            await().until(() -> listeners.status().snapshots().stream().allMatch(SnapshotStatus::complete));
        }
        assertThat(index.snapshots).isEqualTo(DOCUMENTS);
        assertThat(index.given.get(new BsonInt32(0))).containsExactly(1L, -1L);
    }

    @Test
    void a_collection_that_is_dropped_midway_and_made_anew_ends_the_snapshot_and_its_documents_come_as_changes() {
        insert(DOCUMENTS);
        try (ChangeListeners listeners =
                ground.builder(index).snapshotRate(1_000).start()) {
            await().until(() -> index.snapshots > 50);
            Ground.run(ground.collection("items").drop());
            ground.insert("items", new Document("_id", DOCUMENTS - 1).append("version", 9L));

            await().untilAsserted(() ->
                    assertThat(index.given.get(new BsonInt32(DOCUMENTS - 1))).containsExactly(9L));
            assertThat(index.operations).contains("drop");
            await().until(() -> listeners.status().snapshots().isEmpty());
        }
        assertThat(index.snapshots).isLessThan(DOCUMENTS);
    }

    @Test
    void a_handler_that_listens_is_given_the_documents_again_and_no_change_is_left_out() {
        insert(DOCUMENTS);
        try (ChangeListeners listeners = ground.builder(index).start()) {
            await().until(() -> listeners.status().snapshots().isEmpty());
            index.given.clear();

            listeners.snapshot("index", "{ 'fullDocument._id': { $lt: 1000 } }");
            Ground.run(ground.collection("items").deleteOne(Filters.eq(5)));
            Ground.run(ground.collection("items")
                    .updateOne(Filters.eq(2_000), new Document("$set", new Document("version", 2L))));

            await().until(() -> index.given.size() >= 1_001 && index.given.containsKey(new BsonInt32(2_000)));
            await().until(() ->
                    index.given.getOrDefault(new BsonInt32(5), List.of()).contains(-1L));
            assertThat(index.given.get(new BsonInt32(2_000))).containsExactly(2L);
            assertThat(index.given).hasSize(1_001);
            assertThat(index.snapshots).isBetween(DOCUMENTS + 999L, DOCUMENTS + 1_000L);
        }
    }

    @Test
    void a_database_is_read_collection_by_collection() {
        insert(100);
        ground.insert("others", new Document("_id", 1).append("version", 1L));
        List<String> seen = new CopyOnWriteArrayList<>();
        try (ChangeListeners listeners = ground.builder().allowNoHandlers().start()) {
            listeners
                    .onDatabase()
                    .id("all")
                    .startFrom(StartFrom.SNAPSHOT)
                    .handle(change -> seen.add(
                            change.operationName() + " " + change.namespace().getCollectionName()));
            await().until(() -> seen.size() == 101);
            ground.insert("new", new Document("_id", 1));

            await().untilAsserted(() -> assertThat(seen).contains("insert new", "snapshot others"));
            assertThat(seen).filteredOn("snapshot items"::equals).hasSize(100);
        }
    }

    @Test
    void of_a_database_what_is_made_amid_the_snapshot_comes_as_changes_also_after_a_restart() {
        insert(DOCUMENTS);
        Map<String, List<String>> seen = new ConcurrentHashMap<>();
        try (ChangeListeners listeners = database(seen).snapshotRate(1_000).start()) {
            await().until(() -> seen.getOrDefault("items", List.of()).size() > 50);
            ground.insert("during", new Document("_id", 1));
            await().untilAsserted(() -> assertThat(seen.get("during")).containsExactly("insert"));
        }
        ground.insert("between", new Document("_id", 1));
        Ground.run(ground.collection("during").deleteOne(Filters.eq(1)));

        try (ChangeListeners listeners = database(seen).start()) {
            ground.insert("after", new Document("_id", 1));

            await().until(() -> listeners.status().snapshots().isEmpty());
            await().untilAsserted(() -> {
                assertThat(seen.get("during")).containsExactly("insert", "delete");
                assertThat(seen.get("between")).containsExactly("insert");
                assertThat(seen.get("after")).containsExactly("insert");
                assertThat(seen.get("items")).hasSize(DOCUMENTS).containsOnly("snapshot");
            });
        }
    }

    private ChangeListenersBuilder database(Map<String, List<String>> seen) {
        return ground.builder()
                .onDatabase()
                .id("all")
                .startFrom(StartFrom.SNAPSHOT)
                .handle(change -> seen.computeIfAbsent(
                                change.namespace().getCollectionName(), any -> new CopyOnWriteArrayList<>())
                        .add(change.operationName()));
    }

    @Test
    void of_handlers_that_ask_at_different_times_the_later_one_reads_alone_only_what_the_other_one_has_passed() {
        insert(DOCUMENTS);
        ReadDocuments reads = new ReadDocuments();
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .addCommandListener(reads)
                .build();
        Set<BsonValue> first = ConcurrentHashMap.newKeySet();
        Set<BsonValue> second = ConcurrentHashMap.newKeySet();
        CountDownLatch bothBegun = new CountDownLatch(1);
        try (ChangeListeners listeners = ground.prepared(ChangeListeners.builder(settings))
                .on("items")
                .id("second")
                .handle(change -> second.add(change.documentKey().get("_id")))
                .snapshotRate(1_000)
                .on("items")
                .id("first")
                .startFrom(StartFrom.SNAPSHOT)
                .handle(change -> {
                    first.add(change.documentKey().get("_id"));
                    if (first.size() > DOCUMENTS / 100) {
                        bothBegun.await();
                    }
                })
                .start()) {
            await().until(() -> first.size() > DOCUMENTS / 100);
            listeners.snapshot("second");
            bothBegun.countDown();

            await().until(() -> first.size() == DOCUMENTS && second.size() == DOCUMENTS);
            await().until(() -> listeners.status().snapshots().stream().allMatch(SnapshotStatus::complete));
        }
        // Each by itself, they would read all twice.
        assertThat(reads.documents()).isBetween(DOCUMENTS, 2 * DOCUMENTS - DOCUMENTS / 10);
    }

    @Test
    void of_documents_of_which_few_are_wanted_the_server_sends_not_even_half() {
        int documents = 12_000;
        insert(documents);
        ReadDocuments reads = new ReadDocuments();
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .addCommandListener(reads)
                .build();
        Map<BsonValue, List<String>> given = new ConcurrentHashMap<>();
        try (ChangeListeners listeners = ground.prepared(ChangeListeners.builder(settings))
                .listener(events::add)
                .on("items")
                .id("few")
                .startFrom(StartFrom.SNAPSHOT)
                .match("{ 'fullDocument._id': { $mod: [50, 7] }, operationType: { $in: ['snapshot', 'insert'] } }")
                .handle(change -> given.computeIfAbsent(
                                change.documentKey().get("_id"), any -> new CopyOnWriteArrayList<>())
                        .add(change.operationName()))
                .start()) {
            ground.insert("items", new Document("_id", documents + 7).append("version", 1L));
            ground.insert("items", new Document("_id", documents + 8).append("version", 1L));

            await().until(() -> events.stream().anyMatch(ListenerEvent.SnapshotCompleted.class::isInstance));
            await().until(() -> given.size() == documents / 50 + 1);
        }
        assertThat(given.values()).allSatisfy(each -> assertThat(each).hasSize(1));
        assertThat(given.keySet()).allMatch(id -> id.asInt32().getValue() % 50 == 7);
        assertThat(event(ListenerEvent.SnapshotCompleted.class).documents())
                .isBetween((long) documents, documents + 2L);
        assertThat(reads.documents()).isLessThan(documents / 2);
    }

    @Test
    void a_document_whose_snapshot_is_a_dead_letter_has_its_changes_parked_behind_it() {
        insert(10);
        List<String> seen = new CopyOnWriteArrayList<>();
        AtomicBoolean broken = new AtomicBoolean(true);
        try (ChangeListeners listeners = ground.builder().allowNoHandlers().start()) {
            listeners
                    .on("items")
                    .id("breaking")
                    .startFrom(StartFrom.SNAPSHOT)
                    .retry(RetryPolicy.DEFAULT.withAttempts(1))
                    .handle(change -> {
                        if (broken.get() && key(change) == 3) {
                            throw new IllegalStateException("as is wanted");
                        }
                        seen.add(change.operationName() + " " + key(change));
                    });
            await().until(() -> seen.size() == 9);
            Ground.run(ground.collection("items").deleteOne(Filters.eq(3)));
            await().until(() -> listeners
                            .deadLetters()
                            .count(DeadLetterFilter.ofHandler("breaking"))
                            .block()
                    == 2);
            broken.set(false);
            listeners
                    .deadLetters()
                    .replay(DeadLetterFilter.ofHandler("breaking"))
                    .block();

            await().untilAsserted(() -> assertThat(seen).endsWith("snapshot 3", "delete 3"));
        }
    }

    @Test
    void a_rewind_amid_a_snapshot_gives_no_document_twice_and_nothing_stale() {
        insert(DOCUMENTS);
        try (ChangeListeners listeners =
                ground.builder(index).snapshotRate(3_000).start()) {
            await().until(() -> index.snapshots > 50);
            Ground.run(ground.collection("items")
                    .updateOne(Filters.eq(0), new Document("$set", new Document("version", 2L))));
            await().until(() -> index.given.get(new BsonInt32(0)).contains(2L));
            listeners.rewind("index", Instant.now().minusSeconds(5));

            await().untilAsserted(() -> assertThat(index.versions).hasSize(DOCUMENTS));
            assertThat(index.snapshots).isEqualTo(DOCUMENTS);
            assertThat(index.versions.get(new BsonInt32(0))).isEqualTo(2L);
        }
    }

    @Test
    void a_collection_with_a_collation_is_refused_with_the_reason() {
        Ground.run(ground.client()
                .getDatabase(ground.database())
                .runCommand(Document.parse("{create: 'items', collation: {locale: 'en', strength: 2}}")));

        assertThatThrownBy(() -> ground.builder(index).start())
                .isInstanceOfSatisfying(
                        OnChangeException.class,
                        refused -> assertThat(refused.problems())
                                .singleElement()
                                .satisfies(problem -> {
                                    assertThat(problem.code()).isEqualTo(ProblemCode.SNAPSHOT_IMPOSSIBLE);
                                    assertThat(problem.where()).isEqualTo(ground.database() + ".items");
                                }));
    }

    @Test
    void a_handler_that_cannot_be_given_the_documents_again_is_told_each_reason() {
        insert(DOCUMENTS);
        try (ChangeListeners listeners = ground.builder(index)
                .snapshotRate(100)
                .on("items")
                .id("inserts")
                .operation("insert")
                .pipeline("{ $set: { a: 1 } }")
                .handle(change -> {})
                .start()) {
            assertThat(reasons(() -> listeners.snapshot("inserts", "{ $sampleRate: 0.5 }")))
                    .hasSize(3)
                    .anySatisfy(reason -> assertThat(reason).contains("wants only [insert]"))
                    .anySatisfy(reason -> assertThat(reason).contains("a pipeline of its own"))
                    .anySatisfy(reason -> assertThat(reason).contains("only the server can answer"));
            assertThat(reasons(() -> listeners.snapshot("index"))).containsExactly("a snapshot of it is under way.");
        }
    }

    private static List<String> reasons(ThrowingCallable call) {
        OnChangeException refused = catchThrowableOfType(OnChangeException.class, call);
        assertThat(refused.problems()).extracting(Problem::code).containsOnly(ProblemCode.SNAPSHOT_IMPOSSIBLE);
        return refused.problems().stream().map(Problem::what).toList();
    }

    private <E extends ListenerEvent> E event(Class<E> type) {
        List<E> found = events.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static int key(ChangeEvent<?> change) {
        return change.documentKey().getInt32("_id").getValue();
    }

    private static void assertAscending(List<Long> given) {
        List<Long> versions = new ArrayList<>(given);
        versions.removeIf(version -> version < 0);
        assertThat(versions).isSorted();
        // A deletion takes no version, and each other change takes the next.
        assertThat(versions.get(versions.size() - 1) - versions.get(0)).isEqualTo(versions.size() - 1L);
    }

    private void write(Random random, Map<Integer, Long> versions) {
        int id = random.nextInt(DOCUMENTS);
        Long version = versions.get(id);
        if (version == null || version < 0) {
            long next = 1 - (version == null ? 0 : version);
            versions.put(id, next);
            ground.insert("items", new Document("_id", id).append("version", next));
        } else if (random.nextInt(4) == 0) {
            versions.put(id, -version);
            Ground.run(ground.collection("items").deleteOne(Filters.eq(id)));
        } else {
            versions.put(id, version + 1);
            Ground.run(ground.collection("items")
                    .updateOne(Filters.eq(id), new Document("$set", new Document("version", version + 1))));
        }
    }

    private static Map<BsonValue, Long> expected(Map<Integer, Long> versions) {
        Map<BsonValue, Long> expected = new HashMap<>();
        versions.forEach((id, version) -> {
            if (version > 0) {
                expected.put(new BsonInt32(id), version);
            }
        });
        return expected;
    }

    private void insert(int documents) {
        Ground.run(ground.collection("items")
                .insertMany(IntStream.range(0, documents)
                        .mapToObj(id -> new Document("_id", id).append("version", 1L))
                        .toList()));
    }
}
