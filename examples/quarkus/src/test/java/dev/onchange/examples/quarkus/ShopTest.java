package dev.onchange.examples.quarkus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.quarkus.mongodb.reactive.ReactiveMongoDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.bson.Document;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(OwnServer.class)
class ShopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Inject
    ReactiveMongoClient client;

    @Test
    void whatRunsLowIsOrdered() {
        ReactiveMongoDatabase shop = client.getDatabase("shop");
        var inventory = shop.getCollection("inventory");
        inventory
                .insertOne(new Document("_id", "apples").append("qty", 100))
                .await()
                .atMost(PATIENCE);
        inventory
                .updateOne(Filters.eq("apples"), Updates.set("qty", 40))
                .await()
                .atMost(PATIENCE);
        inventory.updateOne(Filters.eq("apples"), Updates.set("qty", 4)).await().atMost(PATIENCE);

        Document order = shop.getCollection("orders")
                .find()
                .toUni()
                .onItem()
                .ifNull()
                .failWith(AssertionError::new)
                .onFailure()
                .retry()
                .withBackOff(Duration.ofMillis(20))
                .expireIn(PATIENCE.toMillis())
                .await()
                .atMost(PATIENCE);
        assertEquals(new Document("_id", "apples").append("left", 4), order);
    }
}
