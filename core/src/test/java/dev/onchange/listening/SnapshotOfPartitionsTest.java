package dev.onchange.listening;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A divided handler that is given the documents once more. */
class SnapshotOfPartitionsTest {

    private static final String NAME = "snapshot-of-partitions";

    private final Ground ground = new Ground();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void one_that_cannot_begin_for_a_later_partition_has_begun_for_none_and_can_be_asked_for_again() {
        ground.insert("items", 1);
        Items items = new Items();
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .applicationName(NAME)
                .build();
        try (ChangeListeners listeners =
                ground.prepared(ChangeListeners.builder(settings), items).start()) {
            try (FailPoint refused = LocalMongo.shared()
                    .failPoint(
                            "failCommand",
                            new Document("skip", 1),
                            Document.parse("{failCommands: ['listCollections'], errorCode: 2}")
                                    .append("appName", NAME))) {
                assertThatThrownBy(() -> listeners.snapshot("items")).hasStackTraceContaining("failCommand");
            }
            assertThat(listeners.status().snapshots()).isEmpty();

            listeners.snapshot("items");

            await().untilAsserted(() -> assertThat(items.seen).containsExactly(1));
        }
    }

    static final class Items {

        final Queue<Integer> seen = new ConcurrentLinkedQueue<>();

        @OnChange(id = "items", collection = "items", operation = "snapshot", partitions = 2)
        void given(ChangeEvent<Document> change) {
            seen.add(requireNonNull(change.fullDocument()).getInteger("_id"));
        }
    }
}
