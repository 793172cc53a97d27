package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.StartFrom;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.SnapshotStatus;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** A handler that is divided in another way while some of its partitions are still given the documents that exist. */
class RepartitionedSnapshotTest {

    private static final int DOCUMENTS = 100;

    private final Ground ground = new Ground();
    private final Set<Integer> given = ConcurrentHashMap.newKeySet();

    @AfterEach
    void clear() {
        ground.close();
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "4, 2", "1, 4"})
    void no_document_and_no_change_is_lost(int before, int after) {
        insert();
        // Of four partitions, those of these documents have come that far, and the others to the end.
        Set<Integer> unsettled = Set.of(40, 41);
        try (ChangeListeners listeners = listening(before, unsettled)) {
            await().until(() -> given.containsAll(IntStream.range(0, 40).boxed().toList())
                    && underWay(listeners) <= Math.min(before, unsettled.size()));
            listeners.savePositions();
        }
        ground.insert("items", document(DOCUMENTS));

        try (ChangeListeners listeners = listening(after, Set.of())) {
            await().untilAsserted(() -> assertThat(given).hasSize(DOCUMENTS + 1));
            await().until(() -> listeners.status().snapshots().isEmpty());
        }
    }

    @Test
    void partitions_count_as_many_documents_as_are_their_own() {
        insert();
        Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();
        CountDownLatch looked = new CountDownLatch(1);
        try (ChangeListeners listeners = ground.builder()
                .listener(events::add)
                .on("items")
                .id("index")
                .startFrom(StartFrom.SNAPSHOT)
                .partitions(4)
                .handle(change -> looked.await())
                .start()) {
            List<SnapshotStatus> each = listeners.status().snapshots();
            assertThat(each)
                    .hasSize(4)
                    .allSatisfy(one -> assertThat(one.estimated()).isBetween(DOCUMENTS / 4L, DOCUMENTS / 4L + 1));
            assertThat(listeners.status().snapshot("index").orElseThrow().estimated())
                    .isEqualTo(DOCUMENTS);
            looked.countDown();

            await().untilAsserted(() -> assertThat(events)
                    .filteredOn(ListenerEvent.SnapshotCompleted.class::isInstance)
                    .hasSize(4));
        }
        assertThat(events.stream()
                        .filter(ListenerEvent.SnapshotCompleted.class::isInstance)
                        .mapToLong(event -> ((ListenerEvent.SnapshotCompleted) event).documents())
                        .sum())
                .isEqualTo(DOCUMENTS);
    }

    private static long underWay(ChangeListeners listeners) {
        return listeners.status().snapshots().stream()
                .filter(snapshot -> !snapshot.complete())
                .count();
    }

    private ChangeListeners listening(int partitions, Set<Integer> unsettled) {
        return ground.builder()
                .stopTimeout(Duration.ofMillis(100))
                .on("items")
                .id("index")
                .startFrom(StartFrom.SNAPSHOT)
                .partitions(partitions)
                .concurrency(8)
                .handleAsync(change -> {
                    int id = change.documentKey().getInt32("_id").getValue();
                    return unsettled.contains(id) ? Mono.never() : Mono.fromRunnable(() -> given.add(id));
                })
                .start();
    }

    private void insert() {
        Ground.run(ground.collection("items")
                .insertMany(IntStream.range(0, DOCUMENTS)
                        .mapToObj(RepartitionedSnapshotTest::document)
                        .toList()));
    }

    private static Document document(int id) {
        return new Document("_id", id);
    }
}
