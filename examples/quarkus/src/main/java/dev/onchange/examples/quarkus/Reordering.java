package dev.onchange.examples.quarkus;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.OnChange;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

// tag::handlers
@ApplicationScoped
class Reordering {

    @Inject
    Purchase purchase;

    @OnChange(
            collection = "inventory",
            operation = "update",
            match = "{ 'updateDescription.updatedFields.qty': { $lt: ${shop.reorder-below} } }",
            fullDocument = FullDocument.UPDATE_LOOKUP)
    Uni<Void> low(Item item) {
        return purchase.more(item);
    }
}
// end::handlers
