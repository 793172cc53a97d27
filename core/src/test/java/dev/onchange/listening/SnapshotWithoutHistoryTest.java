package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.StartFrom;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A server that keeps no history refuses to go on with a read that it has once interrupted for others. */
class SnapshotWithoutHistoryTest {

    private static final int DOCUMENTS = 1_000;

    private final Map<Integer, Integer> index = new ConcurrentHashMap<>();
    private final Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();

    @Test
    void a_snapshot_beside_steady_writes_completes() {
        try (LocalMongo mongo = LocalMongo.builder()
                        .parameter("minSnapshotHistoryWindowInSeconds", 0)
                        .parameter("internalQueryExecYieldIterations", 50)
                        .start();
                MongoClient client = MongoClients.create(mongo.connectionString())) {
            MongoCollection<Document> items = client.getDatabase("shop").getCollection("items");
            Mono.from(items.insertMany(IntStream.range(0, DOCUMENTS)
                            .mapToObj(id -> new Document("_id", id).append("v", 0))
                            .toList()))
                    .block();
            Document longer = new Document("namespace", "shop.items").append("waitForMillis", 20);
            mongo.failPoint("setYieldAllLocksWait", "alwaysOn", longer);
            Disposable writes = writes(client.getDatabase("other").getCollection("items"));
            try (ChangeListeners listeners = ChangeListeners.builder(client)
                    .database("shop")
                    .listener(events::add)
                    .on("items")
                    .startFrom(StartFrom.SNAPSHOT)
                    .handle(change ->
                            index.put(change.documentKey().getInt32("_id").getValue(), 1))
                    .start()) {
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(index)
                                .as(() -> hindrances() + " " + listeners.status())
                                .hasSize(DOCUMENTS));
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> events.stream().anyMatch(ListenerEvent.SnapshotCompleted.class::isInstance));
                assertThat(hindrances()).contains("SnapshotTooOld");
            } finally {
                writes.dispose();
            }
        }
    }

    private static Disposable writes(MongoCollection<Document> others) {
        return Flux.defer(() ->
                        others.updateOne(new Document("_id", 1), Updates.inc("v", 1), new UpdateOptions().upsert(true)))
                .repeat()
                .subscribe();
    }

    private String hindrances() {
        return events.stream()
                .filter(ListenerEvent.SnapshotHindered.class::isInstance)
                .map(ListenerEvent::toString)
                .collect(Collectors.joining("\n"));
    }
}
