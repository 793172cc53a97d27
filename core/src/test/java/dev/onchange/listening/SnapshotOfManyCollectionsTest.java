package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.StartFrom;
import dev.onchange.checkpoint.MongoCheckpointStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Of a database with many collections, the progress of each is not saved by itself: it stands with that of all others. */
class SnapshotOfManyCollectionsTest {

    private static final int COLLECTIONS = Integer.getInteger("collections", 128);

    private final Ground ground = new Ground();

    @AfterEach
    void clear() {
        ground.close();
    }

    /** Counts how often positions are written. */
    private static final class Saves implements CommandListener {

        private final AtomicInteger saves = new AtomicInteger();

        @Override
        public void commandStarted(CommandStartedEvent event) {
            if (new BsonString(MongoCheckpointStore.COLLECTION)
                    .equals(event.getCommand().get("update"))) {
                saves.incrementAndGet();
            }
        }
    }

    @Test
    void they_are_read_with_fewer_saves_than_there_are_collections() {
        Flux.fromStream(IntStream.range(0, COLLECTIONS).boxed())
                .flatMap(i -> ground.collection("tenant" + i).insertOne(new Document("_id", i)), 4)
                .blockLast();
        Saves saves = new Saves();
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .addCommandListener(saves)
                .build();
        List<Integer> given = new CopyOnWriteArrayList<>();

        try (ChangeListeners listeners = ground.prepared(ChangeListeners.builder(settings))
                .onDatabase()
                .id("all")
                .startFrom(StartFrom.SNAPSHOT)
                .handle(change -> given.add(change.documentKey().getInt32("_id").getValue()))
                .start()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> given.size() == COLLECTIONS);
        }

        assertThat(given)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, COLLECTIONS).boxed().toList());
        assertThat(saves.saves).hasValueLessThan(COLLECTIONS);
    }
}
