package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.Batch;
import dev.onchange.ChangeListeners;
import dev.onchange.Coalesce;
import dev.onchange.OnChange;
import dev.onchange.StartFrom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Documents are given to a handler that waits for more, or for quiet, without that wait. */
class SnapshotPaceTest {

    private static final int SIZE = 250;
    private static final int DOCUMENTS = 8 * SIZE;

    private final Ground ground = new Ground();

    @AfterEach
    void clear() {
        ground.close();
    }

    record InBatches(List<Integer> sizes) {
        @OnChange(collection = "items", startFrom = StartFrom.SNAPSHOT, batch = @Batch(size = SIZE, linger = "1m"))
        void given(List<Document> documents) {
            sizes.add(documents.size());
        }
    }

    record WhenQuiet(Set<Object> keys) {
        @OnChange(
                collection = "items",
                fullDocument = FullDocument.UPDATE_LOOKUP,
                startFrom = StartFrom.SNAPSHOT,
                coalesce = Coalesce.LATEST,
                quiet = "1m")
        void given(Document document) {
            keys.add(document.get("_id"));
        }
    }

    @Test
    void a_handler_of_batches_is_given_full_ones_of_documents() {
        insert();
        InBatches handler = new InBatches(new CopyOnWriteArrayList<>());

        try (ChangeListeners listeners = ground.builder(handler).start()) {
            await().until(() -> handler.sizes().size() == DOCUMENTS / SIZE);
        }

        assertThat(handler.sizes()).containsOnly(SIZE);
    }

    @Test
    void a_document_does_not_wait_until_it_is_quiet() {
        insert();
        WhenQuiet handler = new WhenQuiet(ConcurrentHashMap.newKeySet());

        try (ChangeListeners listeners = ground.builder(handler).start()) {
            await().until(() -> handler.keys().size() == DOCUMENTS);
        }
    }

    private void insert() {
        Ground.run(ground.collection("items")
                .insertMany(IntStream.range(0, DOCUMENTS)
                        .mapToObj(id -> new Document("_id", id))
                        .toList()));
    }
}
