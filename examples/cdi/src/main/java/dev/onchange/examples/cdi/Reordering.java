package dev.onchange.examples.cdi;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Objects;
import org.bson.Document;

// tag::handlers
@ApplicationScoped
class Reordering {

    @Inject
    Orders orders;

    @OnChange(
            collection = "inventory",
            operation = "update",
            match = "{ 'updateDescription.updatedFields.qty': { $lt: 10 } }")
    void low(ChangeEvent<Document> change) {
        orders.more(
                Objects.requireNonNull(change.documentKey()).getString("_id").getValue());
    }
}
// end::handlers
