package dev.onchange.readme;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.UpdateDescription;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonValue;
import org.bson.codecs.pojo.annotations.BsonId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

// tag::screenful
public class Inventory {

    record Item(@BsonId String sku, int qty) {}

    @OnChange(
            collection = "inventory",
            operation = "update",
            match = "{ 'updateDescription.updatedFields.qty': { $lt: 10 } }")
    void reorder(ChangeEvent<Item> change) {
        orders.add("order more of " + change.documentKey().getString("_id").getValue());
    }

    @OnChange(
            collection = "inventory",
            operation = {"insert", "replace"})
    void arrived(Item item) {
        orders.add(item.qty() + " of " + item.sku() + " arrived");
    }

    final List<String> orders = new CopyOnWriteArrayList<>();
}
// end::screenful

class Signatures {

    final List<String> seen = new CopyOnWriteArrayList<>();

    // tag::signatures
    @OnChange(collection = "inventory", operation = "update", fullDocument = FullDocument.UPDATE_LOOKUP)
    Mono<Void> changed(Inventory.@Nullable Item now, UpdateDescription what, Attempt attempt) {
        return Mono.fromRunnable(() -> seen.add(fields(what) + " at attempt " + attempt.number() + ": " + now));
    }
    // end::signatures

    // tag::retry
    @OnChange(
            collection = "payments",
            operation = "insert",
            retry = @Retry(attempts = 3, backoff = "50ms", maxBackoff = "1s", except = IllegalArgumentException.class),
            exhausted = Exhausted.DEAD_LETTER)
    void charge(ChangeEvent<org.bson.Document> payment) {
        throw new IllegalStateException("the bank does not answer");
    }
    // end::retry

    private static List<String> fields(UpdateDescription what) {
        BsonValue updated = what.getUpdatedFields();
        return updated == null ? List.of() : List.copyOf(updated.asDocument().keySet());
    }
}
