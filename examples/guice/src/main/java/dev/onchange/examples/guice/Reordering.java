package dev.onchange.examples.guice;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import jakarta.inject.Inject;
import java.util.Objects;
import org.bson.Document;

/** Orders what runs low. */
class Reordering {

    private final Orders orders;

    @Inject
    Reordering(Orders orders) {
        this.orders = orders;
    }

    @OnChange(
            collection = "inventory",
            operation = "update",
            match = "{ 'updateDescription.updatedFields.qty': { $lt: 10 } }")
    void low(ChangeEvent<Document> change) {
        orders.more(
                Objects.requireNonNull(change.documentKey()).getString("_id").getValue());
    }
}
