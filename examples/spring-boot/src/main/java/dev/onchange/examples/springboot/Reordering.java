package dev.onchange.examples.springboot;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.OnChange;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

// tag::handlers
@Component
class Reordering {

    private final Purchasing purchasing;

    Reordering(Purchasing purchasing) {
        this.purchasing = purchasing;
    }

    @OnChange(
            collection = "inventory",
            operation = "update",
            match = "{ 'updateDescription.updatedFields.qty': { $lt: ${shop.reorder-below} } }",
            fullDocument = FullDocument.UPDATE_LOOKUP)
    void low(@Nullable Item item) {
        if (item != null) {
            purchasing.order(item);
        }
    }
}
// end::handlers
