package dev.onchange.examples.inventory;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.StartFrom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.Document;

/** Knows what each item of the catalogue costs: first those that are there, then what changes. */
final class PriceList {

    private final Map<BsonDocument, Integer> prices = new ConcurrentHashMap<>();

    @OnChange(
            id = "prices",
            collection = "catalogue",
            operation = {"snapshot", "insert", "update", "replace", "delete"},
            fullDocument = FullDocument.UPDATE_LOOKUP,
            startFrom = StartFrom.SNAPSHOT)
    void price(ChangeEvent<Document> change) {
        Document item = change.fullDocument();
        if (item == null) {
            prices.remove(change.documentKey());
        } else {
            prices.put(change.documentKey(), item.getInteger("price"));
        }
    }
}
