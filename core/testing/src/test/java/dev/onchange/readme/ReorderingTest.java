package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

@OnChangeTest
@SpringBootTest(
        classes = {Reordering.class, Purchasing.class},
        properties = "shop.reorder-below=10")
class ReorderingTest {

    @Test
    void what_runs_low_is_ordered(
            MongoDatabase shop,
            Listening listening,
            @Autowired Reordering reordering,
            @Autowired Purchasing purchasing,
            @Autowired Environment environment) {
        listening.start(listening.builder(reordering).placeholders(environment::getProperty));
        MongoCollection<Document> inventory = shop.getCollection("inventory");

        listening.run(inventory.insertOne(new Document("_id", "pears").append("qty", 100)));
        listening.run(inventory.updateOne(Filters.eq("pears"), Updates.set("qty", 4)));
        listening.awaitIdle();

        assertThat(purchasing.orders()).containsExactly("more of pears");
    }
}

@Component
class Reordering {

    private final Purchasing purchasing;

    Reordering(Purchasing purchasing) {
        this.purchasing = purchasing;
    }

    @OnChange(
            collection = "inventory",
            operation = "update",
            match = "{ 'updateDescription.updatedFields.qty': { $lt: ${shop.reorder-below} } }")
    void low(ChangeEvent<Document> change) {
        purchasing.order("more of " + change.documentKey().getString("_id").getValue());
    }
}

@Component
class Purchasing {

    private final List<String> orders = new ArrayList<>();

    void order(String what) {
        orders.add(what);
    }

    List<String> orders() {
        return orders;
    }
}
