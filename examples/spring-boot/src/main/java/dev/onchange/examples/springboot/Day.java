package dev.onchange.examples.springboot;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.micrometer.DefaultHandlerObservationConvention;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** A day in the shop: some sales, and what follows. */
@Component
class Day {

    private final MongoClient client;
    private final String database;
    private final Purchasing purchasing;
    private final ObjectProvider<ChangeListeners> listeners;
    private final HealthIndicator onchangeHealthIndicator;
    private final MeterRegistry meters;

    Day(
            MongoClient client,
            @Value("${onchange.database}") String database,
            Purchasing purchasing,
            ObjectProvider<ChangeListeners> listeners,
            HealthIndicator onchangeHealthIndicator,
            MeterRegistry meters) {
        this.client = client;
        this.database = database;
        this.purchasing = purchasing;
        this.listeners = listeners;
        this.onchangeHealthIndicator = onchangeHealthIndicator;
        this.meters = meters;
    }

    /** Lets it pass; returns when there is an order. */
    void pass() {
        MongoCollection<Document> inventory = client.getDatabase(database).getCollection("inventory");
        Mono.from(inventory.deleteMany(new Document())).block();
        Mono.from(inventory.insertOne(new Document("_id", "apples").append("qty", 100)))
                .block();
        sell(inventory, 40);
        sell(inventory, 4);
        System.out.println("Ordered " + order());
        System.out.println(listeners.getObject().status());
        System.out.println("Health: " + onchangeHealthIndicator.health(true));
        meters.find(DefaultHandlerObservationConvention.NAME)
                .timers()
                .forEach(timer -> System.out.println("Measured: " + timer.getId() + ", " + timer.count() + " calls"));
    }

    private static void sell(MongoCollection<Document> inventory, int left) {
        Mono.from(inventory.updateOne(Filters.eq("apples"), Updates.set("qty", left)))
                .block();
        System.out.println("Sold apples; " + left + " are left");
    }

    private String order() {
        try {
            String order = purchasing.orders().poll(30, TimeUnit.SECONDS);
            if (order == null) {
                throw new IllegalStateException(
                        "nothing was ordered: " + listeners.getObject().status());
            }
            return order;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
