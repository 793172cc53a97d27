package dev.onchange.examples.inventory.rows;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.Document;

/** Writes down what happens to the inventory, and keeps the tokens. */
record Arrivals(Journal journal, List<BsonDocument> tokens) {

    static final String ID = "arrivals";

    Arrivals() {
        this(new Journal(), new CopyOnWriteArrayList<>());
    }

    @OnChange(id = ID, collection = Shop.INVENTORY)
    void arrived(ChangeEvent<Document> change) {
        tokens.add(change.resumeToken());
        BsonDocument key = change.documentKey();
        journal.add(change.operationName()
                + (key == null ? "" : " " + key.getString("_id").getValue()));
    }
}
