package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.testing.Instance;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import org.bson.Document;
import org.junit.jupiter.api.Test;

// tag::test
@OnChangeTest
class InventoriesTest {

    @Test
    void another_instance_goes_on_when_one_dies(MongoDatabase shop, Listening listening) {
        Inventory one = new Inventory();
        Inventory other = new Inventory();
        Instance first = listening.startInstance(one);
        listening.startInstance(other);

        first.kill();
        listening.run(shop.getCollection("inventory").insertOne(new Document("_id", "A-1").append("qty", 100)));
        listening.awaitIdle();

        assertThat(one.orders).isEmpty();
        assertThat(other.orders).containsExactly("100 of A-1 arrived");
    }
    // end::test

    @Test
    void an_instance_that_starts_under_the_name_of_a_killed_one_goes_on_at_once(
            MongoDatabase shop, Listening listening) {
        Inventory inventory = new Inventory();
        listening
                .startInstance(builder -> builder.handlers(new Inventory()).instance("web-1"))
                .kill();

        // tag::name
        listening.startInstance(builder -> builder.handlers(inventory).instance("web-1"));
        // end::name

        listening.run(shop.getCollection("inventory").insertOne(new Document("_id", "A-1").append("qty", 100)));
        listening.awaitIdle();
        assertThat(inventory.orders).containsExactly("100 of A-1 arrived");
    }
}
