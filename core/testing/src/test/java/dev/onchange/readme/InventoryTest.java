package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.Registration;
import dev.onchange.RetryPolicy;
import dev.onchange.readme.Inventory.Item;
import dev.onchange.testing.Faults;
import dev.onchange.testing.HandlerHarness;
import dev.onchange.testing.Handlers;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import dev.onchange.testing.Received;
import dev.onchange.testing.TestChange;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.Test;

// tag::test
@OnChangeTest
class InventoryTest {

    @Handlers
    Inventory inventory = new Inventory();

    @Test
    void what_arrives_is_noted(MongoDatabase shop, Listening listening) {
        listening.run(shop.getCollection("inventory").insertOne(new Document("_id", "A-1").append("qty", 100)));
        listening.awaitIdle();
        assertThat(inventory.orders).containsExactly("100 of A-1 arrived");
    }
    // end::test

    // tag::faults
    @Test
    void nothing_is_lost_when_things_go_wrong(MongoDatabase shop, Listening listening, Faults faults) {
        String arrived = Inventory.class.getName() + "#arrived";
        faults.failNext(arrived, 2);
        faults.cutStreams();

        listening.run(shop.getCollection("inventory").insertOne(new Document("_id", "A-1").append("qty", 100)));
        listening.awaitIdle();

        assertThat(inventory.orders).containsExactly("100 of A-1 arrived");
        assertThat(listening.received(arrived)).extracting(Received::attempt).containsExactly(1, 2, 3);
    }
    // end::faults

    @Test
    void handlers_can_be_fed_by_hand() {
        // tag::harness
        HandlerHarness harness = HandlerHarness.of("shop", inventory);
        harness.feed(TestChange.update("shop.inventory", new Document("_id", "A-1"), new Document("qty", 5)));
        assertThat(inventory.orders).containsExactly("order more of A-1");
        // end::harness
    }

    @Test
    void handlers_can_be_declared_without_annotations(
            MongoDatabase shop, ChangeListeners listeners, Listening listening) {
        List<Item> low = new CopyOnWriteArrayList<>();
        // tag::function
        Registration registration = listeners
                .on("inventory")
                .id("low stock")
                .operation("insert")
                .match(Filters.lt("fullDocument.qty", 10))
                .payload(Item.class)
                .retry(RetryPolicy.DEFAULT.withAttempts(3))
                .handle(change -> low.add(change.fullDocument()));
        // end::function

        listening.run(shop.getCollection("inventory").insertOne(new Document("_id", "A-1").append("qty", 100)));
        listening.run(shop.getCollection("inventory").insertOne(new Document("_id", "A-2").append("qty", 5)));
        listening.awaitIdle();

        assertThat(low).containsExactly(new Item("A-2", 5));
        registration.close();
    }
}
