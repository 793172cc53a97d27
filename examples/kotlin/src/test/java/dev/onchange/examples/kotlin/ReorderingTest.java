package dev.onchange.examples.kotlin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.bson.Document;
import org.junit.jupiter.api.Test;

@OnChangeTest
class ReorderingTest {

    private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();

    @Test
    void aSuspendingFunctionReceivesDataClassesAndIsAwaited(MongoDatabase shop, Listening listening) {
        ChangeListeners listeners = listening.start(
                listening.builder().scan("dev.onchange.examples.kotlin").instances(type -> new Reordering(orders)));
        MongoCollection<Document> inventory = shop.getCollection("inventory");

        listening.run(inventory.insertOne(new Document("_id", "pears").append("qty", -1)));
        listening.run(inventory.insertOne(new Document("_id", "apples").append("qty", 4)));
        listening.awaitIdle();

        assertEquals(List.of("more of apples"), List.copyOf(orders));
        DeadLetter letter = listeners.deadLetters().list(DeadLetterFilter.all()).blockFirst();
        assertEquals(Reordering.class.getName() + "#low", letter.handlerId());
        assertTrue(listeners.plan().toString().contains("found by index"), "kapt has run the processor");
    }
}
