package dev.onchange.examples.inventory.rows;

import static java.util.Objects.requireNonNull;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import java.util.List;
import org.bson.Document;

/** The document of an update is looked up: it may be newer by then, or gone. */
final class Row06LookUp implements Row {

    @Override
    public int number() {
        return 6;
    }

    @Override
    public String title() {
        return "Look up the full document";
    }

    @Override
    public String declares() {
        return "UPDATE_LOOKUP, on documents that change again or go";
    }

    record Updates(Journal journal) {

        @OnChange(
                id = "updates",
                collection = Shop.INVENTORY,
                operation = "update",
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void updated(ChangeEvent<Document> change) {
            Document now = change.fullDocument();
            String name = requireNonNull(change.documentKey()).getString("_id").getValue();
            int set = requireNonNull(requireNonNull(change.updateDescription()).getUpdatedFields())
                    .getInt32("qty")
                    .getValue();
            journal.add("%s set to %d, now %s".formatted(name, set, now == null ? "gone" : now.get("qty")));
        }
    }

    @Override
    public Result run(Shop shop) {
        Journal journal = new Journal();
        try (ChangeListeners listeners = shop.listeners(new Updates(journal)).start()) {
            shop.insert("sofa", 1);
            shop.setQty("sofa", 2);
            journal.await(1);
        }
        // Nobody listens: what is looked up later is what these writes leave behind.
        shop.insert("lamp", 1);
        shop.setQty("lamp", 2);
        shop.setQty("lamp", 3);
        shop.insert("desk", 1);
        shop.setQty("desk", 2);
        Shop.run(shop.inventory().deleteOne(new Document("_id", "desk")));
        try (ChangeListeners listeners = shop.listeners(new Updates(journal)).start()) {
            journal.await(4);
        }
        return new Result(
                Declared.by(Updates.class),
                List.of(
                        "sofa set to 2, now 2",
                        "lamp set to 2, now 3",
                        "lamp set to 3, now 3",
                        "desk set to 2, now gone"),
                journal.lines());
    }
}
