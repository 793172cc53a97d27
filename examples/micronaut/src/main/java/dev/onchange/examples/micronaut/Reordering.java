package dev.onchange.examples.micronaut;

import dev.onchange.OnChange;
import jakarta.inject.Singleton;
import org.bson.Document;

// tag::handlers
@Singleton
class Reordering {

    private final Orders orders;

    Reordering(Orders orders) {
        this.orders = orders;
    }

    @OnChange(
            collection = "inventory",
            operation = {"insert", "replace"},
            match = "{ 'fullDocument.qty': { $lt: ${shop.reorder-below} } }")
    void low(Document item) {
        orders.more(item.getString("_id"));
    }
}
// end::handlers
