package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A transaction that nobody ends holds up for a minute what writes to the same documents: then the server ends it. */
class LateTransactionTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final ProxiedMongo mongo = new ProxiedMongo();
    private final MongoClient direct = MongoClients.create(mongo.direct());
    private final MongoCollection<Document> orders = direct.getDatabase("late").getCollection("orders");

    @AfterEach
    void stop() throws IOException {
        direct.close();
        mongo.close();
    }

    @Test
    void a_call_whose_time_is_up_before_its_transaction_has_begun_on_the_server_leaves_none_behind() {
        Handled handled = new Handled();
        // After the set was told another address, a majority is known again with the first write.
        insert(0);
        try (ChangeListeners listeners = ChangeListeners.builder(mongo.connectionString())
                .database("late")
                .handlers(handled)
                .start()) {
            insert(1);
            await().atMost(SOON).until(() -> handled.ids.contains(1));
            mongo.proxy().holdOnce("startTransaction", Duration.ofSeconds(1));
            insert(2);
            await().atMost(SOON).until(() -> handled.ids.contains(2));
            assertThat(mongo.proxy().hasHeld()).isTrue();
        }
    }

    private void insert(int id) {
        Mono.from(orders.insertOne(new Document("_id", id))).block();
    }

    static final class Handled {

        private final List<Integer> ids = new CopyOnWriteArrayList<>();

        @OnChange(
                id = "late",
                collection = "orders",
                transactional = true,
                timeout = "500ms",
                retry = @Retry(backoff = "2s"))
        void add(ChangeEvent<Document> order, ClientSession session) {
            ids.add(order.documentKey().getInt32("_id").getValue());
        }
    }
}
