package dev.onchange.examples.micronaut;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.localmongo.LocalMongo;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ShopTest {

    @Test
    void whatArrivesLowIsOrdered() throws InterruptedException {
        String database = "shop_" + Long.toHexString(System.nanoTime());
        try (LocalMongo mongo = LocalMongo.start();
                ApplicationContext app = ApplicationContext.run(
                        Map.of("mongodb.uri", mongo.connectionString(), "shop.database", database))) {
            MongoCollection<Document> inventory = app.getBean(ChangeListeners.class)
                    .client()
                    .getDatabase(database)
                    .getCollection("inventory");
            Mono.from(inventory.insertOne(new Document("_id", "pears").append("qty", 40)))
                    .block();
            Mono.from(inventory.insertOne(new Document("_id", "apples").append("qty", 4)))
                    .block();

            assertEquals("more of apples", app.getBean(Orders.class).queue().poll(60, TimeUnit.SECONDS));
            assertEquals("pears", app.getBean(Audit.class).calls.poll(60, TimeUnit.SECONDS));
            assertEquals("apples", app.getBean(Audit.class).calls.poll(60, TimeUnit.SECONDS));
            assertEquals(List.of("pears", "apples"), app.getBean(Audit.Auditor.class).intercepted);
        }
    }
}
