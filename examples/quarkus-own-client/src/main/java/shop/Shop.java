package shop;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.interceptor.Interceptor;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import reactor.core.publisher.Mono;

@ApplicationScoped
public class Shop {

    record Item(@BsonId String sku, int qty) {}

    @Produces
    ChangeListenersBuilder listeners(@ConfigProperty(name = "shop.mongodb") String uri) {
        return ChangeListeners.builder(uri).database("shop");
    }

    @OnChange(
            collection = "inventory",
            operation = {"insert", "replace"},
            match = "{ 'fullDocument.qty': { $lt: ${shop.reorder-below} } }")
    void low(Item item) {
        System.out.println("order more of " + item.sku());
    }

    /** When the listeners have started. */
    void sell(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) Startup start, ChangeListeners listeners) {
        MongoCollection<Document> inventory =
                listeners.client().getDatabase("shop").getCollection("inventory");
        Document sofa = new Document("qty", 3);
        Mono.from(inventory.replaceOne(Filters.eq("sofa"), sofa, new ReplaceOptions().upsert(true)))
                .block();
    }
}
