package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Batch;
import dev.onchange.BatchFailure;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.Coalesce;
import dev.onchange.OnChange;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What the page on batches shows. */
class BatchesPageTest {

    private static final int MANY = 50;

    private final AtomicInteger counted = new AtomicInteger();
    private final String database = "batches_page_" + Long.toHexString(System.nanoTime());

    static class Search {

        private final MongoCollection<Document> copies;
        private final Queue<Object> refreshed = new ConcurrentLinkedQueue<>();

        Search(MongoCollection<Document> copies) {
            this.copies = copies;
        }

        // tag::batch
        @OnChange(collection = "items", operation = "insert", batch = @Batch(size = 500, linger = "200ms"))
        Mono<Void> index(List<Document> items) {
            List<ReplaceOneModel<Document>> writes = items.stream()
                    .map(item ->
                            new ReplaceOneModel<>(Filters.eq(item.get("_id")), item, new ReplaceOptions().upsert(true)))
                    .toList();
            return Mono.from(copies.bulkWrite(writes))
                    .onErrorMap(
                            MongoBulkWriteException.class,
                            failure -> new BatchFailure(
                                    failure.getWriteErrors().get(0).getIndex(), failure))
                    .then();
        }
        // end::batch

        // tag::coalesce
        @OnChange(
                collection = "items",
                fullDocument = FullDocument.UPDATE_LOOKUP,
                coalesce = Coalesce.LATEST,
                quiet = "2s")
        void refresh(ChangeEvent<Document> change) {
            refreshed.add(change.documentKey());
        }
        // end::coalesce
    }

    @Test
    void batches_are_written_and_each_document_is_refreshed() {
        try (MongoClient client = MongoClients.create(LocalMongo.shared().connectionString())) {
            MongoCollection<Document> items = client.getDatabase(database).getCollection("items");
            MongoCollection<Document> copies = client.getDatabase(database).getCollection("copies");
            Search search = new Search(copies);
            try (ChangeListeners listeners = ChangeListeners.builder(client)
                    .database(database)
                    .stateDatabase(database + "_state")
                    .handlers(search)
                    .start()) {
                // tag::function
                listeners
                        .on("items")
                        .id("sums")
                        .batch(1_000, Duration.ofSeconds(1))
                        .handle(changes -> counted.addAndGet(changes.size()));
                // end::function

                Mono.from(items.insertMany(IntStream.range(0, MANY)
                                .mapToObj(id -> new Document("_id", id))
                                .toList()))
                        .block();

                await().until(() -> Mono.from(copies.countDocuments()).block() == MANY);
                await().until(() -> search.refreshed.size() == MANY);
                assertThat(listeners
                                .status()
                                .handler(Search.class.getName() + "#index")
                                .counts()
                                .batches())
                        .isLessThan(MANY);
            }
        }
    }
}
