package dev.onchange.examples.inventory.handlers;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.examples.inventory.Journal;
import jakarta.inject.Inject;
import org.bson.codecs.pojo.annotations.BsonId;

/** Orders what is running out. */
public final class Reorder {

    private final Journal journal;

    /** @param journal the order book */
    @Inject
    public Reorder(Journal journal) {
        this.journal = journal;
    }

    /** An item as the shop keeps it. */
    public record Item(@BsonId String name, int qty) {}

    @OnChange(
            id = "reorder",
            collection = "inventory",
            operation = "update",
            match = "{ 'updateDescription.updatedFields.qty': { $lt: 10 } }",
            fullDocument = FullDocument.UPDATE_LOOKUP,
            retry = @Retry(attempts = 3, backoff = "200ms"))
    void lowStock(ChangeEvent<Item> change) {
        Item item = change.fullDocument();
        if (item != null) { // it may have been deleted since
            journal.add("reorder " + item.name() + ", " + item.qty() + " left");
        }
    }
}
