package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.ForwardingStore;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenerEvent;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

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
        try (ChangeListeners later = beside(new Orders()).start()) {
            assertThatThrownBy(() -> later.register(new StockWithOwnPipeline())).isInstanceOf(OnChangeException.class);
        }

        running.savePositions();
    }

    @Test
    void a_start_with_a_later_term_takes_them_over() {
        Stock stock = new Stock();
        ChangeListeners running = listening.start(listening.builder(stock).checkpoints(store(1)));

        try (ChangeListeners later = beside(new Stock()).start()) {
            listening.run(database.getCollection("stock").insertOne(new Document()));
            await().until(() -> stock.seen.get() == 1);

            running.savePositions();
            later.savePositions();

            assertThat(running.status().healthy()).isFalse();
            assertThat(running.status().handler("stock").phase()).isEqualTo(HandlerStatus.Phase.STOPPED);
            assertThat(running.status().handler("stock").reason()).isInstanceOf(FencedException.class);
            assertThat(listening.events())
                    .extracting(Object::getClass)
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .contains(ListenerEvent.HandlerFenced.class);
        }
    }

    @Test
    void a_handler_that_was_taken_over_is_not_called_any_more_and_the_others_are() {
        Stock stock = new Stock();
        Orders orders = new Orders();
        ChangeListeners running =
                listening.start(listening.builder(stock, orders).checkpoints(store(1)));
        Stock taken = new Stock();
        try (ChangeListeners later = beside(taken).start()) {
            running.savePositions();

            listening.run(database.getCollection("stock").insertOne(new Document()));
            listening.run(database.getCollection("orders").insertOne(new Document()));
            await().until(() -> taken.seen.get() == 1 && orders.seen.get() == 1);
            running.savePositions();

            assertThat(stock.seen).hasValue(0);
            assertThat(running.status().handler("orders").phase()).isEqualTo(HandlerStatus.Phase.LISTENING);
        }
    }

    @Test
    void a_handler_that_was_claimed_with_a_term_of_the_users_before_goes_on_in_a_cluster() {
        MongoCheckpointStore store = new MongoCheckpointStore(client, database.getName() + "_terms");
        listening.run(store.prepare());
        listening.run(store.claim(Map.of("stock", 57L)));
        Stock stock = new Stock();

        listening.start(
                listening.builder(stock).checkpoints(new MongoCheckpointStore(client, database.getName() + "_terms")));

        listening.run(database.getCollection("stock").insertOne(new Document()));
        await().until(() -> stock.seen.get() == 1);
    }

    /** In a cluster of its own, where nobody tells it that the handlers are another instance's. */
    private ChangeListenersBuilder beside(Object handlers) {
        return listening.builder(handlers).checkpoints(store(2)).stateDatabase(database.getName() + "_beside");
    }

    private CheckpointStore store(long term) {
        return new StoreWithTerm(new MongoCheckpointStore(client, database.getName() + "_terms"), term);
    }

    /** A store whose handlers are all claimed with one term. */
    private static final class StoreWithTerm extends ForwardingStore {

        private final long term;

        StoreWithTerm(CheckpointStore store, long term) {
            super(store);
            this.term = term;
        }

        @Override
        public Mono<Void> claim(Map<String, Long> terms) {
            Map<String, Long> own = new HashMap<>(terms);
            own.replaceAll((id, none) -> term);
            return super.claim(own);
        }
    }

    static final class Stock {

        final AtomicInteger seen = new AtomicInteger();

        @OnChange(id = "stock", collection = "stock")
        void changed(Document change) {
            seen.incrementAndGet();
        }
    }

    static final class Orders {

        final AtomicInteger seen = new AtomicInteger();

        @OnChange(id = "orders", collection = "orders")
        void changed(Document change) {
            seen.incrementAndGet();
        }
    }

    /** A handler of the same id, which the server refuses. */
    static final class StockWithOwnPipeline {

        @OnChange(id = "stock", collection = "stock", pipeline = "{ $addFields: { a: { $divide: [1, 0] } } }")
        void changed(Document change) {}
    }
}
