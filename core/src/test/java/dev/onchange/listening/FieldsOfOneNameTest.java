package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FieldsOfOneNameTest {

    private final Ground ground = new Ground();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void the_server_is_asked_for_all_of_a_filter_whatever_the_driver() {
        Low low = new Low();
        try (ChangeListeners listeners = ground.builder(low).start()) {
            assertThat(listeners.plan().toString()).contains("$not");

            // Asked for what is not above 1, as the last of the two says, the server would keep the 3 back.
            for (int stock : List.of(0, 7, 3, 1)) {
                ground.insert("stock", new Document("_id", stock));
            }

            await().until(() -> low.seen.contains(1));
            assertThat(low.seen).containsExactly(0, 3, 1);
        }
    }

    static final class Low {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(
                collection = "stock",
                operation = "insert",
                match = "{ 'fullDocument._id': { $not: { $gt: 5, $gt: 1 } } }",
                concurrency = 1)
        void low(Document stock) {
            seen.add(stock.getInteger("_id"));
        }
    }
}
