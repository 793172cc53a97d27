package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.changestream.OperationType;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.HistoryLost;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.StartFrom;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.HistoryGap;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Listeners whose kept position the oplog no longer holds when they start again. */
class HistoryLostStartTest {

    /** The oplog is filled for seconds: no faster than is needed to let it forget. */
    private static final Duration SOON = Duration.ofMillis(20);

    private static LocalMongo mongo;

    private final Ground ground = new Ground(mongo.connectionString());
    private final Items handler = new Items();
    private final Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() {
        // Without a checkpoint each second, the server removes nothing from its oplog for a minute.
        mongo = LocalMongo.builder()
                .oplogSizeMb(1)
                .arguments("--syncdelay", "1")
                .start();
    }

    @AfterAll
    static void stop() {
        mongo.close();
    }

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void by_default_the_start_is_refused_with_the_range_that_is_lost() {
        Position kept = lostPosition();

        OnChangeException refused =
                catchThrowableOfType(OnChangeException.class, () -> builder().start());

        assertThat(refused.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.HISTORY_LOST);
            assertThat(problem.where()).contains("items");
            assertThat(problem.what())
                    .contains(
                            Instant.ofEpochSecond(kept.clusterTime().getTime()).toString());
            assertThat(problem.what()).contains(" and ");
        });
        assertThat(handler.seen).containsExactly(1);
    }

    @Test
    void it_goes_on_from_now_if_it_is_told_to_and_tells_the_range_that_is_lost() {
        Position kept = lostPosition();

        try (ChangeListeners listeners =
                builder().onHistoryLost(HistoryLost.RESTART_NOW).start()) {
            ground.insert("items", 3);

            await().untilAsserted(() -> assertThat(handler.seen).containsExactly(1, 3));
            ListenerEvent.HistoryLost lost = lost(HistoryLost.RESTART_NOW);
            assertThat(lost.from()).isEqualTo(kept.clusterTime());
            assertThat(lost.to()).isGreaterThan(kept.clusterTime());
            assertThat(position(listeners).clusterTime()).isGreaterThan(kept.clusterTime());
        }

        try (ChangeListeners listeners = builder().start()) {
            ground.insert("items", 4);

            await().untilAsserted(() -> assertThat(handler.seen).containsExactly(1, 3, 4));
        }
    }

    @Test
    void it_goes_on_from_the_oldest_entry_if_it_is_told_to_and_tells_the_range_that_is_lost() {
        Position kept = lostPosition();
        ground.insert("items", 3);

        try (ChangeListeners listeners =
                builder().onHistoryLost(HistoryLost.RESTART_EARLIEST).start()) {
            await().untilAsserted(() -> assertThat(handler.seen).containsExactly(1, 3));
            ListenerEvent.HistoryLost lost = lost(HistoryLost.RESTART_EARLIEST);
            assertThat(lost.from()).isEqualTo(kept.clusterTime());
            assertThat(lost.to()).isGreaterThan(kept.clusterTime());
        }
    }

    @Test
    void a_position_that_comes_near_to_being_lost_is_told_once() {
        try (ChangeListeners listeners = builder().start()) {
            listeners.pause("items");

            await().atMost(Duration.ofSeconds(30)).until(() -> {
                fill();
                return events.stream().anyMatch(ListenerEvent.PositionNearlyLost.class::isInstance);
            });

            Lag lag = listeners.status().handler("items").lag();
            assertThat(lag.shareLeft()).isLessThan(Lag.SCARCE);
            assertThat(events)
                    .filteredOn(ListenerEvent.PositionNearlyLost.class::isInstance)
                    .singleElement()
                    .isInstanceOfSatisfying(ListenerEvent.PositionNearlyLost.class, told -> {
                        assertThat(told.handlerId()).isEqualTo("items");
                        assertThat(told.lag().behind()).isPositive();
                    });
        }
    }

    @Test
    void of_two_on_one_stream_only_the_one_whose_position_is_lost_begins_elsewhere() {
        Others others = new Others();
        lostPosition();
        try (ChangeListeners listeners = ground.builder(others).start()) {
            ground.insert("others", 1);
            await().until(() -> others.seen.contains(1));
        }
        ground.insert("others", 2);
        ground.insert("others", 3);

        try (ChangeListeners listeners = ground.builder(handler, others)
                .listener(events::add)
                .onHistoryLost(HistoryLost.RESTART_NOW)
                .start()) {
            ground.insert("items", 4);
            ground.insert("others", 5);

            await().untilAsserted(() -> assertThat(others.seen).containsExactly(1, 2, 3, 5));
            await().untilAsserted(() -> assertThat(handler.seen).containsExactly(1, 4));
            assertThat(listeners.plan().streams()).hasSize(1);
            ListenerEvent.HistoryLost lost = lost(HistoryLost.RESTART_NOW);
            assertThat(lost.handlerIds()).containsExactly("items");
            assertThat(listeners.status().handler("items").historyLost())
                    .isEqualTo(new HistoryGap(lost.from(), lost.to()));
            assertThat(listeners.status().handler("others").historyLost()).isNull();
        }
    }

    @Test
    void one_that_has_rested_too_long_cannot_be_resumed_and_its_stream_goes_on_untouched() {
        Others others = new Others();
        try (ChangeListeners listeners =
                ground.builder(handler, others).listener(events::add).start()) {
            listeners.pause("items");
            loseWhatIsBefore(position(listeners));
            // The oplog is so small that an idle position may have been removed before it moved on.
            await().until(() -> listeners
                            .status()
                            .handler("others")
                            .position()
                            .clusterTime()
                            .compareTo(oldest())
                    > 0);
            events.clear();

            OnChangeException refused = catchThrowableOfType(OnChangeException.class, () -> listeners.resume("items"));

            assertThat(refused.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.HISTORY_LOST);
                assertThat(problem.where()).contains("items");
            });
            assertThat(events).noneMatch(ListenerEvent.StreamClosed.class::isInstance);
            ground.insert("others", 1);
            await().untilAsserted(() -> assertThat(others.seen).containsExactly(1));
            assertThat(listeners.status().handler("items").phase()).isEqualTo(HandlerStatus.Phase.PAUSED);
        }
    }

    @Test
    void one_that_begins_at_the_oldest_entry_does_not_hide_that_another_has_lost_what_was_before() {
        lostPosition();
        Eager eager = new Eager();

        try (ChangeListeners listeners = ground.builder(handler, eager)
                .listener(events::add)
                .onHistoryLost(HistoryLost.RESTART_EARLIEST)
                .start()) {
            ground.insert("items", 4);

            await().untilAsserted(() -> assertThat(handler.seen).contains(4));
            assertThat(lost(HistoryLost.RESTART_EARLIEST).handlerIds()).containsExactly("items");
        }
    }

    @Test
    void a_handler_that_holds_up_others_keeps_what_is_in_memory_where_the_oplog_has_lost_it() {
        Hanging hanging = new Hanging();
        try (ChangeListeners listeners = ground.builder(handler, hanging)
                .holdUpPatience(Duration.ofMillis(200))
                .listener(events::add)
                .start()) {
            fill();
            await().until(() -> hanging.begun);
            Position stuck = listeners.status().handler("hangs").position();
            // The server removes nothing from its oplog while nothing is written after a checkpoint.
            await().until(() -> {
                fill("unwatched");
                return oldest().compareTo(stuck.clusterTime()) > 0;
            });
            // Only now: a handler that holds up others while the oplog still has its changes is parted from them.
            for (int i = 1; i < Hanging.CHANGES; i++) {
                fill();
            }
            await().until(() -> events.stream().anyMatch(ListenerEvent.HandlerHeldUpOthers.class::isInstance));

            hanging.go.countDown();

            await().untilAsserted(() -> assertThat(hanging.handled).hasValue(Hanging.CHANGES));
        }
    }

    @Test
    void a_search_index_that_has_missed_changes_equals_the_collection_when_its_documents_were_read_again() {
        SearchIndex index = new SearchIndex();
        IntStream.range(0, 4).forEach(id -> ground.insert("documents", id));
        try (ChangeListeners listeners =
                ground.builder(index).listener(index::told).start()) {
            await().untilAsserted(() -> assertThat(index.ids()).containsExactly(0, 1, 2, 3));
            await().until(() -> index.completed == 1);
        }
        ground.delete("documents", 2);
        ground.insert("documents", 4);
        loseWhatIsBefore(keptPosition("index"));

        try (ChangeListeners listeners = ground.builder(index)
                .listener(index::told)
                .onHistoryLost(HistoryLost.SNAPSHOT)
                .start()) {
            ground.insert("documents", 5);
            ground.delete("documents", 3);

            await().untilAsserted(() -> assertThat(index.ids()).containsExactly(0, 1, 4, 5));
        }
        assertThat(index.lost).isEqualTo(HistoryLost.SNAPSHOT);
    }

    @Test
    void a_search_index_whose_stream_loses_its_history_while_it_listens_equals_the_collection_in_the_end()
            throws InterruptedException {
        SearchIndex index = new SearchIndex();
        IntStream.range(0, 4).forEach(id -> ground.insert("documents", id));
        try (ChangeListeners listeners = ground.builder(index)
                .listener(index::told)
                .onHistoryLost(HistoryLost.SNAPSHOT)
                .start()) {
            await().until(() -> index.completed == 1);
            index.open.acquire();
            // More than is read ahead of a handler that is at work.
            for (int i = 0; i < 400; i++) {
                Ground.run(ground.collection("documents")
                        .replaceOne(Filters.eq(0), new Document("text", "x".repeat(100_000))));
            }
            ground.delete("documents", 2);
            ground.insert("documents", 4);
            loseWhatIsBefore(Position.at(now()));

            index.open.release();
            await().until(() -> index.lost == HistoryLost.SNAPSHOT);
            ground.delete("documents", 3);
            ground.insert("documents", 5);

            await().untilAsserted(() -> assertThat(index.ids()).containsExactly(0, 1, 4, 5));
        }
    }

    @Test
    void each_partition_of_a_handler_that_has_missed_changes_is_given_its_documents() {
        Map<Integer, BsonTimestamp> times = new ConcurrentHashMap<>();
        IntStream.range(0, 20).forEach(id -> ground.insert("documents", id));
        try (ChangeListeners listeners = divided(times).start()) {
            await().until(() -> completed().size() == 2);
            listeners.savePositions();
        }
        ground.delete("documents", 2);
        ground.insert("documents", 20);
        loseWhatIsBefore(Position.at(now()));
        events.clear();

        try (ChangeListeners listeners =
                divided(times).onHistoryLost(HistoryLost.SNAPSHOT).start()) {
            ground.insert("documents", 21);
            ground.delete("documents", 3);

            await().until(() -> completed().size() == 2);
            BsonTimestamp least = completed().stream()
                    .map(ListenerEvent.SnapshotCompleted::since)
                    .min(BsonTimestamp::compareTo)
                    .orElseThrow();
            await().untilAsserted(() -> assertThat(times).containsKeys(20, 21).doesNotContainKey(3));
            assertThat(times.entrySet())
                    .filteredOn(entry -> entry.getValue().compareTo(least) < 0)
                    .extracting(Map.Entry::getKey)
                    .containsExactly(2);
            assertThat(times).hasSize(21);
        }
        assertThat(completed())
                .extracting(ListenerEvent.SnapshotCompleted::handlerId)
                .containsExactlyInAnyOrder("divided|0/2", "divided|1/2");
    }

    private List<ListenerEvent.SnapshotCompleted> completed() {
        return events.stream()
                .filter(ListenerEvent.SnapshotCompleted.class::isInstance)
                .map(ListenerEvent.SnapshotCompleted.class::cast)
                .toList();
    }

    private ChangeListenersBuilder divided(Map<Integer, BsonTimestamp> times) {
        return ground.builder()
                .listener(events::add)
                .on("documents")
                .id("divided")
                .partitions(2)
                .startFrom(StartFrom.SNAPSHOT)
                .handle(change -> {
                    int id = change.documentKey().getInt32("_id").getValue();
                    if (change.operation() == OperationType.DELETE) {
                        times.remove(id);
                    } else {
                        times.put(id, change.clusterTime());
                    }
                });
    }

    /** {@code -Drolls=10} for an oplog that holds a tenth of the time that the snapshot takes. */
    @Test
    void a_snapshot_completes_that_takes_several_times_as_long_as_the_oplog_holds_changes() {
        int rolls = Integer.getInteger("rolls", 2);
        int documents = 50 * rolls;
        Semaphore allowed = new Semaphore(0);
        Set<Integer> given = ConcurrentHashMap.newKeySet();
        Ground.run(ground.collection("documents")
                .insertMany(IntStream.range(0, documents)
                        .mapToObj(id -> new Document("_id", id).append("text", "x".repeat(20_000)))
                        .toList()));

        try (ChangeListeners listeners = ground.builder()
                .listener(events::add)
                .on("documents")
                .id("slow")
                .startFrom(StartFrom.SNAPSHOT)
                .handle(change -> {
                    allowed.acquire();
                    given.add(change.documentKey().getInt32("_id").getValue());
                })
                .start()) {
            for (int roll = 1; roll <= rolls; roll++) {
                int part = roll * documents / rolls;
                loseWhatIsBefore(Position.at(now()));
                allowed.release(part - (roll - 1) * documents / rolls);
                await().until(() -> given.size() == part);
            }
            ground.insert("documents", documents);
            allowed.release();

            await().until(() -> given.size() == documents + 1 && completed().size() == 1);
        }
        assertThat(events).noneMatch(ListenerEvent.HistoryLost.class::isInstance);
    }

    @Test
    void a_handler_that_wants_no_documents_is_refused_with_that_reason() {
        lostPosition();

        OnChangeException refused = catchThrowableOfType(
                OnChangeException.class,
                () -> builder().onHistoryLost(HistoryLost.SNAPSHOT).start());

        assertThat(refused.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.HISTORY_LOST);
            assertThat(problem.what()).contains("[insert], without snapshot");
        });
    }

    private ChangeListenersBuilder builder() {
        return ground.builder(handler).listener(events::add);
    }

    private ListenerEvent.HistoryLost lost(HistoryLost answer) {
        // While it opens at the oldest entry, the server may remove that: then it is told once more.
        List<ListenerEvent.HistoryLost> lost = events.stream()
                .filter(ListenerEvent.HistoryLost.class::isInstance)
                .map(ListenerEvent.HistoryLost.class::cast)
                .toList();
        assertThat(lost).isNotEmpty().allMatch(each -> each.answer() == answer);
        return lost.get(0);
    }

    private Position lostPosition() {
        Position kept;
        try (ChangeListeners listeners = builder().start()) {
            ground.insert("items", 1);
            await().until(() -> handler.seen.contains(1));
        }
        kept = keptPosition("items");
        ground.insert("items", 2);
        loseWhatIsBefore(kept);
        return kept;
    }

    private Position keptPosition(String handlerId) {
        return new MongoCheckpointStore(ground.client(), ground.state())
                .load(List.of(handlerId))
                .block()
                .get(handlerId);
    }

    private BsonTimestamp now() {
        return Mono.from(ground.client().getDatabase("admin").runCommand(new Document("hello", 1)))
                .map(reply -> reply.get("operationTime", BsonTimestamp.class))
                .block();
    }

    private void loseWhatIsBefore(Position kept) {
        BsonTimestamp past = new BsonTimestamp(kept.clusterTime().getTime() + 3, 0);
        await().pollInterval(SOON).until(() -> {
            fill();
            return oldest().compareTo(past) > 0;
        });
    }

    private static Position position(ChangeListeners listeners) {
        return listeners.status().handler("items").position();
    }

    private void fill() {
        fill("filler");
    }

    private void fill(String collection) {
        ground.insert(collection, new Document("text", "x".repeat(100_000)));
    }

    private BsonTimestamp oldest() {
        Document first = Mono.from(ground.client()
                        .getDatabase("local")
                        .getCollection("oplog.rs")
                        .find()
                        .sort(new Document("$natural", 1))
                        .first())
                .block();
        return first.get("ts", BsonTimestamp.class);
    }

    /** Removes what was deleted while it missed changes: what it was not given since then. */
    static final class SearchIndex {

        final Map<Integer, BsonTimestamp> times = new ConcurrentSkipListMap<>();
        final Semaphore open = new Semaphore(1);
        volatile int completed;
        volatile @Nullable HistoryLost lost;

        @OnChange(id = "index", collection = "documents", startFrom = StartFrom.SNAPSHOT)
        void index(ChangeEvent<Document> change) throws InterruptedException {
            open.acquire();
            open.release();
            int id = change.documentKey().getInt32("_id").getValue();
            if (change.operation() == OperationType.DELETE) {
                times.remove(id);
            } else {
                times.put(id, change.clusterTime());
            }
        }

        Set<Integer> ids() {
            return times.keySet();
        }

        void told(ListenerEvent event) {
            if (event instanceof ListenerEvent.SnapshotCompleted complete) {
                times.values().removeIf(time -> time.compareTo(complete.since()) < 0);
                completed++;
            } else if (event instanceof ListenerEvent.HistoryLost told) {
                lost = told.answer();
            }
        }
    }

    static final class Items {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "items", collection = "items", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Others {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "others", collection = "others", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Hanging {

        /** More megabytes than may be unsettled, and no more than are read ahead. */
        static final int CHANGES = 90;

        final AtomicInteger handled = new AtomicInteger();
        final CountDownLatch go = new CountDownLatch(1);
        volatile boolean begun;

        @OnChange(id = "hangs", collection = "filler", operation = "insert")
        void arrived(Document item) throws InterruptedException {
            begun = true;
            go.await();
            handled.incrementAndGet();
        }
    }

    static final class Eager {

        @OnChange(id = "eager", collection = "others", operation = "insert", startFrom = StartFrom.EARLIEST)
        void arrived(Document item) {}
    }
}
