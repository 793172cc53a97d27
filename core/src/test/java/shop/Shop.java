package shop;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import java.io.IOException;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import reactor.core.publisher.Flux;

public class Shop {

    record Item(@BsonId String sku, int qty) {}

    @OnChange(
            collection = "inventory",
            operation = {"insert", "replace"})
    void arrived(Item item) {
        System.out.println(item.qty() + " of " + item.sku() + " arrived");
    }

    @OnChange(
            collection = "inventory",
            operation = "update",
            match = "{ 'updateDescription.updatedFields.qty': { $lt: 10 } }")
    void reorder(ChangeEvent<Item> change) {
        System.out.println(
                "order more of " + change.documentKey().getString("_id").getValue());
    }

    public static void main(String[] args) throws IOException {
        String uri = System.getenv().getOrDefault("MONGODB_URI", "mongodb://127.0.0.1:27017");
        try (MongoClient client = MongoClients.create(uri);
                ChangeListeners listeners = ChangeListeners.builder(uri)
                        .database("shop")
                        .handlers(new Shop())
                        .start()) {
            MongoCollection<Document> inventory = client.getDatabase("shop").getCollection("inventory");
            Document lamp = new Document("qty", 100);
            Flux.concat(
                            inventory.replaceOne(Filters.eq("lamp"), lamp, new ReplaceOptions().upsert(true)),
                            inventory.updateOne(Filters.eq("lamp"), Updates.set("qty", 5)))
                    .blockLast();
            System.out.println("Listening to shop.inventory. Enter ends.");
            System.in.read();
        }
    }
}
