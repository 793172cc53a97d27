package dev.onchange.examples.quarkus.own;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@QuarkusTest
@QuarkusTestResource(OwnServer.class)
class ArrivalsTest {

    @Inject
    Arrivals arrivals;

    @Inject
    ChangeListeners listeners;

    @ConfigProperty(name = "shop.mongodb")
    String uri;

    @Test
    void eachChangeIsHandledInARequestContextOfItsOwn() throws InterruptedException {
        try (MongoClient client = MongoClients.create(uri)) {
            MongoCollection<Document> parcels = client.getDatabase("shop").getCollection("parcels");
            Mono.from(parcels.insertOne(new Document("_id", "apples"))).block();
            Mono.from(parcels.insertOne(new Document("_id", "pears"))).block();
        }

        assertEquals("apples by change 1", arrivals.queue().poll(60, TimeUnit.SECONDS));
        assertEquals("pears by change 2", arrivals.queue().poll(60, TimeUnit.SECONDS));
    }

    @Test
    void theFirstApplicationIsToldOfWhatItWritesAtItsStart() {
        long delivered = Flux.interval(Duration.ofMillis(20))
                .map(tick -> listeners.status().handler("shop.Shop#low").delivered())
                .filter(changes -> changes > 0)
                .blockFirst(Duration.ofSeconds(60));

        assertEquals(1, delivered);
    }
}
