package dev.onchange.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.PayloadException;
import dev.onchange.inject.Instances;
import dev.onchange.testing.HandlerHarness.Call;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class HandlerHarnessTest {

    private static final Document KEY = new Document("_id", "A-1");

    private final Shop shop = new Shop();
    private final HandlerHarness harness = HandlerHarness.of("shop", shop);

    @Test
    void a_change_is_given_to_the_handlers_that_it_concerns_and_to_no_other() {
        List<Call> calls = harness.feed(TestChange.update("shop.inventory", KEY, new Document("qty", 5)));

        assertThat(calls).containsExactly(new Call("low", null));
        assertThat(shop.seen).containsExactly("low A-1");
        assertThat(harness.feed(TestChange.update("shop.inventory", KEY, new Document("qty", 50))))
                .isEmpty();
        assertThat(harness.feed(TestChange.update("shop.orders", KEY, new Document("qty", 5))))
                .isEmpty();
        assertThat(harness.feed(TestChange.delete("shop.inventory", KEY))).isEmpty();
    }

    @Test
    void objects_of_classes_are_made_of_what_they_need() {
        List<String> orders = new ArrayList<>();

        HandlerHarness ordering = HandlerHarness.ofTypes("shop", Instances.ofConstructors(orders), Ordering.class);
        ordering.feed(TestChange.insert("shop.orders", KEY));

        assertThat(orders).containsExactly("order A-1");
    }

    @Test
    void what_keeps_objects_of_classes_from_being_made_is_told_for_all() {
        assertThatThrownBy(() -> HandlerHarness.ofTypes("shop", Instances.ofConstructors(), Ordering.class, Lost.class))
                .isInstanceOfSatisfying(
                        OnChangeException.class,
                        refusal -> assertThat(refusal.problems())
                                .hasSize(2)
                                .allSatisfy(
                                        problem -> assertThat(problem.what()).contains("List")));
    }

    @Test
    void documents_are_decoded_as_they_would_be() {
        harness.feed(TestChange.insert("shop.inventory", new Document("_id", "A-1").append("qty", 100)));

        List<Call> calls =
                harness.feed(TestChange.insert("shop.inventory", new Document("_id", "A-1").append("qty", "many")));

        assertThat(shop.seen).containsExactly("arrived Item[sku=A-1, qty=100]");
        assertThat(calls)
                .singleElement()
                .satisfies(call -> assertThat(call.failure()).isInstanceOf(PayloadException.class));
    }

    @Test
    void a_document_that_the_handler_did_not_ask_for_is_hidden_from_it() {
        TestChange change = TestChange.update("shop.inventory", KEY, new Document("name", "x"))
                .fullDocument(new Document("_id", "A-1").append("qty", 7));

        harness.feed(change.with("updateDescription", new Document("updatedFields", new Document("qty", 1))));
        harness.feedTo("looked up", change);

        assertThat(shop.seen).containsExactly("low A-1", "looked up Item[sku=A-1, qty=7]");
    }

    @Test
    void what_a_handler_returns_is_waited_for_and_its_failure_is_told() {
        Call call = harness.feedTo("later", TestChange.operation("drop", "shop.inventory"));

        assertThat(call.failure()).hasMessage("not today");
    }

    @Test
    void what_only_the_server_can_tell_is_said_and_not_guessed() {
        assertThatThrownBy(() -> harness.feed(TestChange.insert("shop.shaped", KEY)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Shop#shaped @OnChange(pipeline) is applied by the server")
                .hasMessageContaining("feedTo");

        harness.feedTo("shaped", TestChange.of(new Document("_id", new Document("_data", "82")).append("sku", "B-2")));

        assertThat(shop.seen).containsExactly("shaped B-2");
    }

    @Test
    void what_is_declared_is_checked_as_at_start() {
        Object wrong = new Object() {
            @OnChange(id = "wrong", collection = "inventory", match = "{ qty: { $less: 10 } }")
            void changed(Document item) {}
        };

        assertThatThrownBy(() -> HandlerHarness.of("shop", wrong))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1102");
    }

    record Item(@BsonId String sku, int qty) {}

    static final class Shop {

        final List<String> seen = new ArrayList<>();

        @OnChange(
                id = "low",
                collection = "inventory",
                operation = "update",
                match = "{ 'updateDescription.updatedFields.qty': { $lt: 10 } }")
        void low(ChangeEvent<Item> change) {
            assertThat(change.fullDocument()).isNull();
            seen.add("low " + change.documentKey().getString("_id").getValue());
        }

        @OnChange(id = "arrived", collection = "inventory", operation = "insert")
        void arrived(Item item) {
            seen.add("arrived " + item);
        }

        @OnChange(
                id = "looked up",
                collection = "counted",
                operation = "update",
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void lookedUp(Item item) {
            seen.add("looked up " + item);
        }

        @OnChange(id = "later", collection = "dropped")
        Mono<Void> later(ChangeEvent<Document> change) {
            return Mono.error(new IllegalStateException("not today"));
        }

        @OnChange(id = "shaped", collection = "shaped", pipeline = "{ $project: { sku: '$fullDocument.sku' } }")
        void shaped(Document event) {
            seen.add("shaped " + event.getString("sku"));
        }
    }

    record Ordering(List<String> orders) {

        @Inject
        Ordering {}

        @OnChange(collection = "orders", operation = "insert")
        void ordered(Document order) {
            orders.add("order " + order.getString("_id"));
        }
    }

    record Lost(List<String> orders) {

        @Inject
        Lost {}

        @OnChange(collection = "lost")
        void changed(Document order) {}
    }
}
