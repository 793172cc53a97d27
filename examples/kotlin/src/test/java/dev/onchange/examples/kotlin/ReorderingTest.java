package dev.onchange.examples.kotlin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ReorderingTest {

    private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();

    @Test
    void aSuspendingFunctionReceivesDataClassesAndIsAwaited() throws InterruptedException {
        try (LocalMongo mongo = LocalMongo.start();
                ChangeListeners listeners = ChangeListeners.builder(mongo.connectionString())
                        .database("shop")
                        .handlers(new Reordering(orders))
                        .start()) {
            MongoCollection<Document> inventory =
                    listeners.client().getDatabase("shop").getCollection("inventory");
            Mono.from(inventory.insertOne(new Document("_id", "pears").append("qty", -1)))
                    .block();
            Mono.from(inventory.insertOne(new Document("_id", "apples").append("qty", 4)))
                    .block();

            assertEquals("more of apples", orders.poll(60, TimeUnit.SECONDS));
            DeadLetter letter = listeners
                    .deadLetters()
                    .list(DeadLetterFilter.all())
                    .next()
                    .repeatWhenEmpty(times -> times.delayElements(Duration.ofMillis(20)))
                    .block(Duration.ofSeconds(60));
            assertEquals(Reordering.class.getName() + "#low", letter.handlerId());
        }
    }
}
