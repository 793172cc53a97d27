package dev.onchange.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoNamespace;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResumeTest {

    private final Ground ground = new Ground();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void a_handler_goes_on_after_the_token_of_an_event_whatever_its_kept_position() {
        BsonDocument first = tokens(3).get(0);
        Stock resumed = new Stock();
        Stock started = new Stock();

        try (ChangeListeners after =
                ground.builder(resumed).resumeAfter("stock", first).start()) {
            await().until(() -> resumed.seen.size() == 2);
        }
        try (ChangeListeners after =
                ground.builder(started).startAfter("stock", first).start()) {
            await().until(() -> started.seen.size() == 2);
        }

        assertThat(resumed.seen).containsExactly("insert 2", "insert 3");
        assertThat(started.seen).containsExactly("insert 2", "insert 3");
    }

    @Test
    void a_handler_begins_with_the_first_change_of_a_time() {
        Stock before = new Stock();
        try (ChangeListeners listeners = ground.builder(before).start()) {
            ground.insert("stock", 1);
            ground.insert("stock", 2);
            await().until(() -> before.seen.size() == 2);
        }
        Stock again = new Stock();

        try (ChangeListeners listeners = ground.builder(again)
                .startAt("stock", before.changes.get(1).clusterTime())
                .start()) {
            await().until(() -> again.seen.size() == 1);
            ground.insert("stock", 3);
            await().until(() -> again.seen.size() == 2);
        }

        assertThat(again.seen).containsExactly("insert 2", "insert 3");
    }

    @Test
    void handlers_of_one_stream_may_start_at_different_tokens() {
        List<BsonDocument> tokens = tokens(3);
        Stock stock = new Stock();
        Copy copy = new Copy();

        try (ChangeListeners listeners = ground.builder(stock, copy)
                .resumeAfter("stock", tokens.get(1))
                .resumeAfter("copy", tokens.get(0))
                .start()) {
            await().until(() -> stock.seen.size() == 1 && copy.seen.size() == 2);
            ground.insert("stock", 4);
            await().until(() -> stock.seen.size() == 2 && copy.seen.size() == 3);
        }

        assertThat(stock.seen).containsExactly("insert 3", "insert 4");
        assertThat(copy.seen).containsExactly("insert 2", "insert 3", "insert 4");
    }

    @Test
    void the_token_of_an_invalidation_is_refused_by_resume_after_and_taken_by_start_after() {
        Invalidated before = new Invalidated();
        try (ChangeListeners listeners = ground.builder(before).start()) {
            ground.insert("stock", 1);
            Ground.run(ground.collection("stock").drop());
            await().until(() -> before.seen.contains("invalidate"));
        }
        BsonDocument token = before.changes.get(before.changes.size() - 1).resumeToken();
        ground.insert("stock", 2);
        Invalidated after = new Invalidated();

        assertThatThrownBy(() ->
                        ground.builder(after).resumeAfter("invalidated", token).start())
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1203")
                .hasMessageContaining("Start after the token");
        try (ChangeListeners listeners =
                ground.builder(after).startAfter("invalidated", token).start()) {
            await().until(() -> !after.seen.isEmpty());
        }

        assertThat(after.seen).containsExactly("insert");
    }

    @Test
    void the_position_of_an_idle_handler_advances_while_another_collection_is_written_and_can_be_started_from() {
        Stock idle = new Stock();
        BsonDocument early;
        BsonDocument late;
        try (ChangeListeners listeners = ground.builder(idle).start()) {
            ground.insert("busy", 1);
            early = await().until(() -> position(listeners), Objects::nonNull);
            ground.insert("busy", 2);
            await().until(() -> !position(listeners).equals(early));
            late = position(listeners);
        }
        ground.insert("stock", 1);
        Stock again = new Stock();

        try (ChangeListeners listeners =
                ground.builder(again).resumeAfter("stock", late).start()) {
            await().until(() -> again.seen.size() == 1);
        }

        assertThat(idle.seen).isEmpty();
        assertThat(again.seen).containsExactly("insert 1");
    }

    @Test
    void a_collection_that_is_not_there_yet_is_listened_to() {
        Stock stock = new Stock();
        try (ChangeListeners listeners = ground.builder(stock).start()) {
            assertThat(ground.databases()).doesNotContain(ground.database());

            ground.insert("stock", 1);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly("insert 1"));
        }
    }

    @Test
    void listening_goes_on_after_the_collection_was_dropped_or_renamed_and_made_again() {
        Stock stock = new Stock();
        try (ChangeListeners listeners = ground.builder(stock).start()) {
            ground.insert("stock", 1);
            Ground.run(ground.collection("stock").drop());
            ground.insert("stock", 2);
            Ground.run(ground.collection("stock").renameCollection(new MongoNamespace(ground.database(), "old")));
            ground.insert("stock", 3);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly("insert 1", "insert 2", "insert 3"));
            assertThat(listeners.status().healthy()).isTrue();
        }
    }

    @Test
    void nothing_is_lost_when_the_filter_changes_and_leaves_out_the_change_it_stood_at() {
        Low low = new Low();
        try (ChangeListeners listeners = ground.builder(low).start()) {
            stock(1, 5);
            await().until(() -> low.seen.size() == 1);
        }
        stock(2, 50);
        stock(3, 5);
        High kept = new High();
        High given = new High();

        try (ChangeListeners listeners = ground.builder(kept).start()) {
            stock(4, 50);
            await().until(() -> kept.seen.size() == 2);
        }
        try (ChangeListeners listeners =
                ground.builder(given).resumeAfter("filtered", low.tokens.get(0)).start()) {
            await().until(() -> given.seen.size() == 2);
        }

        assertThat(kept.seen).containsExactly(2, 4);
        assertThat(given.seen).containsExactly(2, 4);
    }

    private void stock(int id, int qty) {
        ground.insert("stock", new Document("_id", id).append("qty", qty));
    }

    /** Null until the server has told one: listening begins at a time. */
    private static @Nullable BsonDocument position(ChangeListeners listeners) {
        return listeners.status().handler("stock").position().token();
    }

    /** Inserts so many documents; gives the tokens that came with them. */
    private List<BsonDocument> tokens(int count) {
        Stock before = new Stock();
        try (ChangeListeners listeners = ground.builder(before).start()) {
            for (int id = 1; id <= count; id++) {
                ground.insert("stock", id);
            }
            await().until(() -> before.seen.size() == count);
        }
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
