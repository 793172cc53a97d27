package dev.onchange.examples.search;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.Batch;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.StartFrom;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.bson.Document;

/**
 * Puts the documents that exist into the index, then what changes.
 *
 * <p>May be killed at any time. The position of a batch is saved after its call, which ends with a commit of the index:
 * what the index has not kept comes again. What comes again although the index has it does no harm, as the newest version
 * of a document takes the place of any other.
 */
record Indexer(SearchIndex index) {

    static final String PRODUCTS = "products";

    @OnChange(
            id = "search-index",
            collection = PRODUCTS,
            operation = {"snapshot", "insert", "update", "replace", "delete"},
            fullDocument = FullDocument.UPDATE_LOOKUP,
            startFrom = StartFrom.SNAPSHOT,
            batch = @Batch(size = 1000))
    void index(List<ChangeEvent<Document>> changes) throws IOException {
        for (ChangeEvent<Document> change : changes) {
            String key = Objects.requireNonNull(change.documentKey()).toJson();
            Document product = change.fullDocument();
            if (product == null) { // deleted, perhaps since it was updated
                index.remove(key);
            } else {
                index.put(key, product);
            }
        }
        index.commit();
    }
}
