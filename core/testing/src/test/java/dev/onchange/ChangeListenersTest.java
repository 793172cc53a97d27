package dev.onchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;

@OnChangeTest
class ChangeListenersTest {

    private static final String ARRIVED = "arrived";

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Shop shop = new Shop();

    @Test
    void every_change_reaches_the_method_that_describes_it() {
        listening.start(shop);

        insert(1, 100);
        update(1, 5);
        update(1, 50);
        listening.awaitIdle();

        assertThat(shop.seen)
                .containsExactlyInAnyOrder("insert 1 qty 100", "low 1", "audit insert", "audit update", "audit update");
    }

    @Test
    void after_a_restart_each_handler_goes_on_where_it_was() {
        listening.start(shop);
        insert(1, 100);
        listening.awaitIdle();
        assertThat(shop.seen).hasSize(2);
        listening.stop();

        insert(2, 100);
        Shop second = new Shop();
        listening.start(second);
        insert(3, 100);
        listening.awaitIdle();

        assertThat(second.seen).contains("insert 2 qty 100", "insert 3 qty 100").hasSize(4);
    }

    @Test
    void a_paused_handler_receives_nothing_and_goes_on_where_it_was() {
        ChangeListeners listeners = listening.start(shop);
        listeners.pause(ARRIVED);
        insert(1, 100);
        listening.awaitIdle();

        assertThat(listeners.status().handler(ARRIVED).phase()).isEqualTo(HandlerStatus.Phase.PAUSED);
        assertThat(shop.seen).containsExactly("audit insert");

        listeners.resume(ARRIVED);
        listening.awaitIdle();

        assertThat(shop.seen).containsExactly("audit insert", "insert 1 qty 100");
        assertThat(listeners.status().handler(ARRIVED).phase()).isEqualTo(HandlerStatus.Phase.LISTENING);
    }

    @Test
    void a_handler_that_was_rewound_receives_its_changes_again_and_the_others_do_not() {
        ChangeListeners listeners = listening.start(shop);
        insert(1, 100);
        insert(2, 100);
        listening.awaitIdle();
        assertThat(shop.seen).hasSize(4);

        listeners.rewind(ARRIVED, shop.tokens.get(0));
        insert(3, 100);
        listening.awaitIdle();

        assertThat(shop.seen).hasSize(7);
        assertThat(shop.seen.stream().filter(seen -> !seen.startsWith("audit")))
                .containsExactly("insert 1 qty 100", "insert 2 qty 100", "insert 2 qty 100", "insert 3 qty 100");
    }

    @Test
    void handlers_come_and_go_while_the_others_miss_and_repeat_nothing() {
        Later later = new Later();
        ChangeListeners listeners = listening.start(shop);
        insert(1, 100);
        Registration registration = listeners.register(later);
        insert(2, 100);
        listening.awaitIdle();
        assertThat(later.seen).containsExactly(2);
        registration.close();
        insert(3, 100);
        listening.awaitIdle();
        assertThat(later.seen).containsExactly(2);

        Registration again = listeners.register(later);
        listening.awaitIdle();

        assertThat(again.handlerIds()).containsExactly("later");
        assertThat(later.seen).containsExactly(2, 3);
        assertThat(shop.seen).hasSize(6);
        assertThat(shop.seen.stream().filter(seen -> !seen.startsWith("audit")))
                .containsExactly("insert 1 qty 100", "insert 2 qty 100", "insert 3 qty 100");
    }

    @Test
    void a_second_object_with_the_same_ids_is_refused_and_nothing_changes() {
        ChangeListeners listeners = listening.start(shop);

        assertThatThrownBy(() -> listeners.register(new Shop()))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining(ProblemCode.DUPLICATE_ID.id())
                .hasMessageContaining(ARRIVED);

        insert(1, 100);
        listening.awaitIdle();
        assertThat(shop.seen).containsExactlyInAnyOrder("insert 1 qty 100", "audit insert");
    }

    private void insert(int id, int qty) {
        listening.run(database.getCollection("stock").insertOne(new Document("_id", id).append("qty", qty)));
    }

    private void update(int id, int qty) {
        listening.run(database.getCollection("stock").updateOne(Filters.eq(id), Updates.set("qty", qty)));
    }

    static final class Later {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "later", collection = "stock", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Shop {

        final List<String> seen = new CopyOnWriteArrayList<>();
        final List<BsonDocument> tokens = new CopyOnWriteArrayList<>();

        @OnChange(id = ARRIVED, collection = "stock", operation = "insert")
        void arrived(Document item, ChangeEvent<Document> change) {
            tokens.add(change.resumeToken());
            seen.add("insert " + item.get("_id") + " qty " + item.get("qty"));
        }

        @OnChange(
                collection = "stock",
                operation = "update",
                match = "{ 'updateDescription.updatedFields.qty': { $lt: 10 } }")
        void low(ChangeEvent<Document> change) {
            seen.add("low " + change.documentKey().getInt32("_id").getValue());
        }

        @OnChange
        void audit(ChangeEvent<Document> change) {
            seen.add("audit " + change.operationName());
        }
    }
}
