package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoNamespace;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.Registration;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

@OnChangeTest
class ResumeTest {

    @Inject
    Listening listening;

    @Inject
    MongoClient client;

    @Inject
    MongoDatabase database;

    @Test
    void a_handler_goes_on_after_the_token_of_an_event_whatever_its_kept_position() {
        BsonDocument first = tokens(3).get(0);
        Stock resumed = new Stock();
        Stock started = new Stock();

        listening.start(listening.builder(resumed).resumeAfter("stock", first));
        listening.awaitIdle();
        listening.start(listening.builder(started).startAfter("stock", first));
        listening.awaitIdle();

        assertThat(resumed.seen).containsExactly("insert 2", "insert 3");
        assertThat(started.seen).containsExactly("insert 2", "insert 3");
    }

    @Test
    void a_handler_begins_with_the_first_change_of_a_time() {
        Stock before = new Stock();
        listening.start(before);
        insert(1);
        insert(2);
        listening.awaitIdle();
        Stock again = new Stock();

        listening.start(
                listening.builder(again).startAt("stock", before.changes.get(1).clusterTime()));
        insert(3);
        listening.awaitIdle();

        assertThat(before.seen).hasSize(2);
        assertThat(again.seen).containsExactly("insert 2", "insert 3");
    }

    @Test
    void where_a_handler_is_to_start_counts_once_and_one_that_comes_back_goes_on_where_it_was() {
        BsonDocument first = tokens(3).get(0);
        Stock stock = new Stock();
        ChangeListeners listeners =
                listening.start(listening.builder(new Copy()).resumeAfter("stock", first));

        listeners.register(stock).close();
        listeners.register(stock).close();
        insert(4);
        listeners.register(stock);
        listening.awaitIdle();

        assertThat(stock.seen).containsExactly("insert 2", "insert 3", "insert 4");
    }

    @Test
    void one_that_leaves_before_its_kept_position_goes_on_there_when_it_comes_back() {
        BsonDocument first = tokens(3).get(0);
        Leaving leaving = new Leaving();
        ChangeListeners listeners =
                listening.start(listening.builder(new Copy()).resumeAfter("stock", first));

        leaving.registration.complete(listeners.register(leaving));
        await().until(() -> listeners.plan().streams().stream()
                .noneMatch(stream -> stream.handlerIds().contains("stock")));
        Stock stock = new Stock();
        listeners.register(stock);
        listening.awaitIdle();

        assertThat(leaving.seen).containsExactly("insert 2");
        assertThat(stock.seen).containsExactly("insert 3");
    }

    @Test
    void handlers_of_one_stream_may_start_at_different_tokens() {
        List<BsonDocument> tokens = tokens(3);
        Stock stock = new Stock();
        Copy copy = new Copy();

        listening.start(listening
                .builder(stock, copy)
                .resumeAfter("stock", tokens.get(1))
                .resumeAfter("copy", tokens.get(0)));
        insert(4);
        listening.awaitIdle();

        assertThat(stock.seen).containsExactly("insert 3", "insert 4");
        assertThat(copy.seen).containsExactly("insert 2", "insert 3", "insert 4");
    }

    @Test
    void the_token_of_an_invalidation_is_refused_by_resume_after_and_taken_by_start_after() {
        Invalidated before = new Invalidated();
        listening.start(before);
        insert(1);
        listening.run(stock().drop());
        await().until(() -> before.seen.contains("invalidate"));
        listening.stop();
        BsonDocument token = before.changes.get(before.changes.size() - 1).resumeToken();
        insert(2);
        Invalidated after = new Invalidated();

        assertThatThrownBy(() -> listening
                        .builder(after)
                        .resumeAfter("invalidated", token)
                        .start())
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1306")
                .hasMessageContaining("Start after the token");
        listening.start(listening.builder(after).startAfter("invalidated", token));
        listening.awaitIdle();

        assertThat(after.seen).containsExactly("insert");
    }

    @Test
    void the_position_of_an_idle_handler_advances_while_another_collection_is_written_and_can_be_started_from() {
        Stock idle = new Stock();
        ChangeListeners listeners = listening.start(idle);
        busy(1);
        BsonDocument early = await().until(() -> position(listeners), Objects::nonNull);
        busy(2);
        await().until(() -> !position(listeners).equals(early));
        BsonDocument late = position(listeners);
        listening.stop();
        insert(1);
        Stock again = new Stock();

        listening.start(listening.builder(again).resumeAfter("stock", late));
        listening.awaitIdle();

        assertThat(idle.seen).isEmpty();
        assertThat(again.seen).containsExactly("insert 1");
    }

    @Test
    void a_collection_that_is_not_there_yet_is_listened_to() {
        Stock stock = new Stock();
        listening.start(stock);
        assertThat(Flux.from(client.listDatabaseNames()).collectList().block()).doesNotContain(database.getName());

        insert(1);
        listening.awaitIdle();

        assertThat(stock.seen).containsExactly("insert 1");
    }

    @Test
    void listening_goes_on_after_the_collection_was_dropped_or_renamed_and_made_again() {
        Stock stock = new Stock();
        ChangeListeners listeners = listening.start(stock);
        insert(1);
        listening.run(stock().drop());
        insert(2);
        listening.run(stock().renameCollection(new MongoNamespace(database.getName(), "old")));
        insert(3);

        listening.awaitIdle();

        assertThat(stock.seen).containsExactly("insert 1", "insert 2", "insert 3");
        assertThat(listeners.status().healthy()).isTrue();
    }

    @Test
    void nothing_is_lost_when_the_filter_changes_and_leaves_out_the_change_it_stood_at() {
        Low low = new Low();
        listening.start(low);
        stock(1, 5);
        listening.awaitIdle();
        listening.stop();
        stock(2, 50);
        stock(3, 5);
        High kept = new High();
        High given = new High();

        listening.start(kept);
        stock(4, 50);
        listening.awaitIdle();
        listening.start(listening.builder(given).resumeAfter("filtered", low.tokens.get(0)));
        listening.awaitIdle();

        assertThat(low.seen).containsExactly(1);
        assertThat(kept.seen).containsExactly(2, 4);
        assertThat(given.seen).containsExactly(2, 4);
    }

    private MongoCollection<Document> stock() {
        return database.getCollection("stock");
    }

    private void insert(int id) {
        listening.run(stock().insertOne(new Document("_id", id)));
    }

    private void busy(int id) {
        listening.run(database.getCollection("busy").insertOne(new Document("_id", id)));
    }

    private void stock(int id, int qty) {
        listening.run(stock().insertOne(new Document("_id", id).append("qty", qty)));
    }

    /** Null until the server has told one: listening begins at a time. */
    private static @Nullable BsonDocument position(ChangeListeners listeners) {
        return listeners.status().handler("stock").position().token();
    }

    /** Inserts so many documents; gives the tokens that came with them. */
    private List<BsonDocument> tokens(int count) {
        Stock before = new Stock();
        listening.start(before);
        for (int id = 1; id <= count; id++) {
            insert(id);
        }
        listening.awaitIdle();
        listening.stop();
        return before.changes.stream().map(ChangeEvent::resumeToken).toList();
    }

    static final class Stock {

        final List<String> seen = new CopyOnWriteArrayList<>();
        final List<ChangeEvent<Document>> changes = new CopyOnWriteArrayList<>();

        @OnChange(id = "stock", collection = "stock", operation = "insert")
        void changed(ChangeEvent<Document> change) {
            changes.add(change);
            seen.add(change.operationName() + " "
                    + change.documentKey().getInt32("_id").getValue());
        }
    }

    /** Leaves in its first call. */
    static final class Leaving {

        final List<String> seen = new CopyOnWriteArrayList<>();
        final CompletableFuture<Registration> registration = new CompletableFuture<>();

        @OnChange(id = "stock", collection = "stock", operation = "insert")
        void changed(ChangeEvent<Document> change) {
            registration.join().close();
            seen.add(change.operationName() + " "
                    + change.documentKey().getInt32("_id").getValue());
        }
    }

    static final class Copy {

        final List<String> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "copy", collection = "stock", operation = "insert")
        void changed(ChangeEvent<Document> change) {
            seen.add(change.operationName() + " "
                    + change.documentKey().getInt32("_id").getValue());
        }
    }

    static final class Invalidated {

        final List<String> seen = new CopyOnWriteArrayList<>();
        final List<ChangeEvent<Document>> changes = new CopyOnWriteArrayList<>();

        @OnChange(
                id = "invalidated",
                collection = "stock",
                operation = {"insert", "drop", "invalidate"})
        void changed(ChangeEvent<Document> change) {
            changes.add(change);
            seen.add(change.operationName());
        }
    }

    static final class Low {

        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final List<BsonDocument> tokens = new CopyOnWriteArrayList<>();

        @OnChange(
                id = "filtered",
                collection = "stock",
                operation = "insert",
                match = "{ 'fullDocument.qty': { $lt: 10 } }")
        void low(Document item, ChangeEvent<Document> change) {
            tokens.add(change.resumeToken());
            seen.add(item.getInteger("_id"));
        }
    }

    static final class High {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(
                id = "filtered",
                collection = "stock",
                operation = "insert",
                match = "{ 'fullDocument.qty': { $gte: 10 } }")
        void high(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
