package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Instances with different terms: the later one takes over what it starts, and nothing before it starts. */
@OnChangeTest
class TakingOverTest {

    @Inject
    Listening listening;

    @Inject
    MongoClient client;

    @Inject
    MongoDatabase database;

    @Test
    void a_check_and_a_refused_registration_with_a_later_term_leave_the_running_instance_its_positions() {
        ChangeListeners running = listening.start(listening.builder(new Stock()).checkpoints(store(1)));

        assertThat(listening.builder(new Stock()).checkpoints(store(2)).check().usable())
                .isTrue();
        try (ChangeListeners later =
                listening.builder(new Orders()).checkpoints(store(2)).start()) {
            assertThatThrownBy(() -> later.register(new StockWithOwnPipeline())).isInstanceOf(OnChangeException.class);
        }

        running.savePositions();
    }

    @Test
    void a_start_with_a_later_term_takes_them_over() {
        Stock stock = new Stock();
        ChangeListeners running = listening.start(listening.builder(stock).checkpoints(store(1)));

        try (ChangeListeners later =
                listening.builder(new Stock()).checkpoints(store(2)).start()) {
            listening.run(database.getCollection("stock").insertOne(new Document()));
            await().until(() -> stock.seen.get() == 1);

            assertThatThrownBy(running::close).isInstanceOf(FencedException.class);
            later.savePositions();
        }
    }

    private CheckpointStore store(long term) {
        return new MongoCheckpointStore(client, database.getName() + "_terms", MongoCheckpointStore.COLLECTION, term);
    }

    static final class Stock {

        final AtomicInteger seen = new AtomicInteger();

        @OnChange(id = "stock", collection = "stock")
        void changed(Document change) {
            seen.incrementAndGet();
        }
    }

    static final class Orders {

        @OnChange(id = "orders", collection = "orders")
        void changed(Document change) {}
    }

    /** A handler of the same id, which the server refuses. */
    static final class StockWithOwnPipeline {

        @OnChange(id = "stock", collection = "stock", pipeline = "{ $addFields: { a: { $divide: [1, 0] } } }")
        void changed(Document change) {}
    }
}
