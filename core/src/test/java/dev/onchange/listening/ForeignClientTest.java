package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.TestedDriver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ForeignClientTest {

    private final Ground ground = new Ground();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void listeners_work_with_a_client_of_the_users_and_leave_it_open() {
        Stock stock = new Stock();
        try (ChangeListeners listeners = builder(stock).start()) {
            ground.insert("stock", 1);
            await().until(() -> stock.seen.size() == 1);
            assertThat(listeners.client()).isSameAs(ground.client());
        }

        ground.insert("stock", 2);
        Stock again = new Stock();
        try (ChangeListeners listeners = builder(again).start()) {
            await().until(() -> again.seen.size() == 1);
        }

        assertThat(stock.seen).containsExactly(1);
        assertThat(again.seen).containsExactly(2);
    }

    @Test
    void the_position_of_an_idle_handler_advances_though_the_client_does_not_tell_of_it() {
        Stock stock = new Stock();
        try (ChangeListeners listeners = builder(stock).start()) {
            BsonDocument before = await().until(() -> position(listeners), Objects::nonNull);

            ground.insert("busy", 1);

            await().until(() -> !before.equals(position(listeners)));
            assertThat(stock.seen).isEmpty();
        }
    }

    @Test
    void a_client_that_is_closed_already_is_refused_in_words() {
        MongoClient closed = MongoClients.create(ground.uri());
        closed.close();
        ChangeListenersBuilder builder = ground.prepared(ChangeListeners.builder(closed), new Stock());

        assertThatThrownBy(builder::start)
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1201")
                .hasMessageContaining("is closed");
    }

    @Test
    void a_stream_whose_client_was_closed_says_so_unless_the_driver_reads_on() {
        MongoClient client = MongoClients.create(ground.uri());
        Stock stock = new Stock();
        ChangeListeners listeners =
                ground.prepared(ChangeListeners.builder(client), stock).start();
        try {
            client.close();

            if (TestedDriver.readsOnWhenClosed()) {
                AtomicInteger id = new AtomicInteger();
                await().until(() -> {
                    ground.insert("stock", id.incrementAndGet());
                    return !stock.seen.isEmpty() || isClosed(listeners);
                });
            } else {
                await().until(() -> isClosed(listeners));
            }
        } finally {
            Throwable unsaved = catchThrowable(listeners::close);
            if (!stock.seen.isEmpty()) {
                assertThat(unsaved).hasMessageContaining("ONC-1301").hasMessageContaining("the MongoClient is closed.");
            }
        }
    }

    private static boolean isClosed(ChangeListeners listeners) {
        Throwable reason = listeners.status().handler("stock").reason();
        return reason != null
                && reason.getMessage()
                        .endsWith("The stream ended: the MongoClient is closed. Stop listening before the client is"
                                + " closed.");
    }

    /** Null until the server has told one: listening begins at a time. */
    private static @Nullable BsonDocument position(ChangeListeners listeners) {
        return listeners.status().handler("stock").position().token();
    }

    private ChangeListenersBuilder builder(Stock stock) {
        return ground.prepared(ChangeListeners.builder(ground.client()), stock);
    }

    static final class Stock {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "stock", collection = "stock", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
