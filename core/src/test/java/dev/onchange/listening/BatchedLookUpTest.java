package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoNamespace;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.LookUp;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.BsonInt32;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a handler sees of documents that the listeners look up for it. */
class BatchedLookUpTest {

    private static final String NAME = "batched-look-up";

    private final Ground ground = new Ground();
    private final SentCommands sent = new SentCommands();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void the_document_of_a_collection_that_was_dropped_since_is_null() {
        Seeing handler = new Seeing();
        ground.insert("stock", 1);
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            listeners.pause("sees");
            ground.set("stock", 1, "qty", 1);
            Ground.run(ground.collection("stock").drop());

            listeners.resume("sees");

            await().untilAsserted(() -> assertThat(handler.seen).containsExactly(Optional.empty()));
        }
    }

    @Test
    void a_document_of_the_same_id_in_a_collection_created_anew_is_not_the_one_of_the_update() {
        Seeing handler = new Seeing();
        ground.insert("stock", 1);
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            listeners.pause("sees");
            ground.set("stock", 1, "qty", 1);
            Ground.run(ground.collection("stock").drop());
            ground.insert("stock", 1);
            ground.set("stock", 1, "qty", 2);

            listeners.resume("sees");

            await().untilAsserted(() -> assertThat(handler.seen)
                    .containsExactly(Optional.empty(), Optional.of(new Document("_id", 1).append("qty", 2))));
        }
    }

    @Test
    void the_document_of_a_collection_that_was_renamed_since_is_null() {
        Seeing handler = new Seeing();
        ground.insert("stock", 1);
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            listeners.pause("sees");
            ground.set("stock", 1, "qty", 1);
            Ground.run(ground.collection("stock").renameCollection(new MongoNamespace(ground.database(), "goods")));

            listeners.resume("sees");

            await().untilAsserted(() -> assertThat(handler.seen).containsExactly(Optional.empty()));
        }
    }

    @Test
    void compound_ids_find_their_documents_whatever_the_types_of_their_numbers_are_by_now() {
        Seeing handler = new Seeing();
        Document before = new Document("_id", new Document("a", 1).append("b", 2L)).append("qty", 0);
        Document after = new Document("_id", new Document("a", 1L).append("b", 2.0)).append("qty", 7);
        ground.insert("stock", before);
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            listeners.pause("sees");
            Ground.run(ground.collection("stock").updateOne(Filters.eq(before.get("_id")), Updates.set("qty", 1)));
            Ground.run(ground.collection("stock").deleteOne(Filters.eq(before.get("_id"))));
            ground.insert("stock", after);

            listeners.resume("sees");

            await().untilAsserted(() -> assertThat(handler.seen).containsExactly(Optional.of(after)));
        }
    }

    @Test
    void the_event_has_the_document_where_the_server_puts_it() {
        Raw byClient = new Raw();
        Raw byServer = new Raw();
        ground.insert("stock", 1);
        try (ChangeListeners client = ground.builder(byClient).start();
                ChangeListeners server = ground.builder(byServer)
                        .stateDatabase(ground.state() + "_server")
                        .lookUp(LookUp.SERVER)
                        .start()) {
            assertThat(client.plan().streams())
                    .allMatch(stream -> stream.description().contains("  look-up "));
            assertThat(server.plan().streams())
                    .noneMatch(stream -> stream.description().contains("  look-up "));

            ground.set("stock", 1, "qty", 1);
            ground.insert("stock", 2);
            ground.delete("stock", 2);

            await().until(() -> byClient.seen.size() == 3 && byServer.seen.size() == 3);
            assertThat(byClient.seen).isEqualTo(byServer.seen);
            assertThat(byClient.seen.get(0)).contains("fullDocument", "\"qty\": 1}, \"ns\"");
        } finally {
            Ground.run(ground.client().getDatabase(ground.state() + "_server").drop());
        }
    }

    @Test
    void who_wants_no_document_sees_none_and_neither_does_its_filter() {
        Both handlers = new Both();
        ground.insert("stock", 1);
        try (ChangeListeners listeners = ground.builder(handlers).start()) {
            assertThat(listeners.plan().streams()).hasSize(1);

            ground.set("stock", 1, "qty", 9);

            await().until(() -> handlers.seen.size() == 2);
            assertThat(handlers.seen).containsExactlyInAnyOrder("wants 9", "wants none null false");
            assertThat(listeners.status().handler("asks for more").counts().handled())
                    .isZero();
        }
    }

    @Test
    void a_filter_on_the_document_is_answered_when_it_has_been_looked_up() {
        Filtering handler = new Filtering();
        ground.insert("stock", new Document("_id", 1).append("kind", "tea").append("qty", 0));
        ground.insert("stock", new Document("_id", 2).append("kind", "salt").append("qty", 0));
        try (ChangeListeners listeners = started(handler)) {
            ground.set("stock", 1, "qty", 1);
            ground.set("stock", 2, "qty", 2);
            ground.set("stock", 1, "price", 3);
            ground.set("stock", 1, "qty", 4);

            await().until(() -> handler.seen.size() == 2);
            assertThat(handler.seen).containsExactly(1, 4);
            assertThat(sent.ids()).containsOnly(new BsonInt32(1), new BsonInt32(2));
        }
    }

    @Test
    void what_no_handler_can_want_is_not_looked_up() {
        Filtering handler = new Filtering();
        ground.insert("stock", new Document("_id", 1).append("kind", "tea"));
        ground.insert("stock", new Document("_id", 2).append("kind", "tea"));
        try (ChangeListeners listeners = started(handler)) {
            ground.set("stock", 2, "price", 3);
            ground.insert("orders", 2);
            ground.set("orders", 2, "qty", 3);
            ground.set("stock", 1, "qty", 1);

            await().until(() -> handler.seen.size() == 1);
            assertThat(sent.ids()).containsExactly(new BsonInt32(1));
        }
    }

    @Test
    void a_backlog_is_looked_up_in_batches_and_the_next_one_while_the_last_is_handled() {
        Slow handler = new Slow();
        IntStream.range(0, 2_000).forEach(i -> handler.ids.add(i));
        Ground.run(ground.collection("stock")
                .insertMany(
                        handler.ids.stream().map(i -> new Document("_id", i)).toList()));
        try (ChangeListeners listeners = started(handler)) {
            listeners.pause("slow");
            Ground.run(ground.collection("stock").updateMany(Filters.empty(), Updates.set("qty", 1)));

            listeners.resume("slow");

            await().until(() -> handler.begun.getCount() == 0 && sent.ids().size() == 2_000);
            assertThat(handler.seen).hasSizeLessThan(2);
            assertThat(sent.lookUps()).isLessThan(100);

            handler.go.countDown();

            await().until(() -> handler.seen.size() == 2_000);
            assertThat(handler.seen).isEqualTo(handler.ids);
        }
    }

    @Test
    void documents_too_large_for_one_reply_all_come() {
        Seeing handler = new Seeing();
        String large = "x".repeat(1 << 20);
        IntStream.range(0, 40).forEach(i -> ground.insert("stock", new Document("_id", i).append("text", large)));
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            listeners.pause("sees");
            Ground.run(ground.collection("stock").updateMany(Filters.empty(), Updates.set("qty", 1)));

            listeners.resume("sees");

            await().until(() -> handler.seen.size() == 40);
            assertThat(handler.seen).allMatch(Optional::isPresent);
            assertThat(handler.seen.stream()
                            .map(document -> document.orElseThrow().get("_id"))
                            .toList())
                    .isEqualTo(IntStream.range(0, 40).boxed().toList());
        }
    }

    @Test
    void a_look_up_that_fails_is_repeated_and_nothing_is_lost_or_repeated() {
        Seeing handler = new Seeing();
        ground.insert("stock", 1);
        try (ChangeListeners listeners = started(handler)) {
            Document failing = new Document("failCommands", List.of("find"))
                    .append("errorCode", 11602)
                    .append("appName", NAME);
            // The driver repeats a read once, and any number may be under way: only when all fail, one surely fails
            // twice.
            try (FailPoint always = LocalMongo.shared().failPoint("failCommand", "alwaysOn", failing)) {
                IntStream.rangeClosed(1, 20).forEach(i -> ground.set("stock", 1, "qty", i));

                await().until(() -> listeners.status().streams().stream().allMatch(stream -> stream.reopened() > 0));
            }
            await().until(() -> handler.seen.size() >= 20);
            ground.set("stock", 1, "qty", 21);

            await().until(() -> handler.seen.size() >= 21);
            assertThat(handler.changes)
                    .isEqualTo(IntStream.rangeClosed(1, 21).boxed().toList());
            assertThat(listeners.status().streams()).allMatch(stream -> stream.reopened() > 0);
        }
    }

    @Test
    void a_dead_letter_keeps_the_document_as_it_was_seen() {
        Failing handler = new Failing();
        ground.insert("stock", 1);
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            ground.set("stock", 1, "qty", 1);
            await().until(() -> listeners.status().handler("fails").counts().deadLettered() == 1);
            ground.set("stock", 1, "other", 2);
            handler.fails = false;

            listeners.deadLetters().replay(DeadLetterFilter.all()).block();

            await().until(() -> handler.seen.size() >= 1);
            assertThat(handler.seen.get(0)).isEqualTo(new Document("_id", 1).append("qty", 1));
        }
    }

    @Test
    void nothing_is_lost_or_repeated_when_another_looks_up_from_now_on() {
        List<Integer> seen = new ArrayList<>();
        int written = 0;
        ground.insert("stock", 1);
        for (LookUp who : List.of(LookUp.SERVER, LookUp.CLIENT, LookUp.SERVER, LookUp.CLIENT)) {
            Seeing handler = new Seeing();
            try (ChangeListeners listeners = ground.builder(handler).lookUp(who).start()) {
                ground.set("stock", 1, "qty", ++written);
                int last = written;
                await().until(() -> handler.changes.contains(last));
            }
            ground.set("stock", 1, "qty", ++written);
            seen.addAll(handler.changes);
        }

        assertThat(seen).isEqualTo(IntStream.range(1, written).boxed().toList());
    }

    private ChangeListeners started(Object handler) {
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(ground.uri().getConnectionString()))
                .applicationName(NAME)
                .addCommandListener(sent)
                .build();
        ChangeListenersBuilder builder = ChangeListeners.builder(settings);
        return ground.prepared(builder, handler).start();
    }

    static final class Seeing {

        final List<Optional<Document>> seen = new CopyOnWriteArrayList<>();
        final List<Integer> changes = new CopyOnWriteArrayList<>();

        @OnChange(id = "sees", collection = "stock", operation = "update", fullDocument = FullDocument.UPDATE_LOOKUP)
        void changed(ChangeEvent<Document> change) {
            seen.add(Optional.ofNullable(change.fullDocument()));
            changes.add(change.updateDescription()
                    .getUpdatedFields()
                    .getInt32("qty")
                    .getValue());
        }
    }

    static final class Raw {

        final List<String> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "raw", collection = "stock", fullDocument = FullDocument.UPDATE_LOOKUP)
        void changed(ChangeEvent<RawBsonDocument> change) {
            seen.add(change.raw().toJson());
        }
    }

    static final class Both {

        final List<String> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "wants", collection = "stock", operation = "update", fullDocument = FullDocument.UPDATE_LOOKUP)
        void wants(ChangeEvent<Document> change) {
            seen.add("wants " + change.fullDocument().get("qty"));
        }

        @OnChange(
                id = "wants none",
                collection = "stock",
                operation = "update",
                match = "{ fullDocument: { $exists: false } }")
        void wantsNone(ChangeEvent<Document> change) {
            seen.add("wants none " + change.fullDocument() + " " + change.raw().containsKey("fullDocument"));
        }

        @OnChange(id = "asks for more", collection = "stock", operation = "update", match = "{ 'fullDocument.qty': 9 }")
        void asksForMore(ChangeEvent<Document> change) {
            seen.add("asks for more");
        }
    }

    static final class Filtering {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(
                id = "filters",
                collection = "stock",
                operation = "update",
                match = "{ 'updateDescription.updatedFields.qty': { $exists: true }, 'fullDocument.kind': 'tea' }",
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void changed(ChangeEvent<Document> change) {
            seen.add(change.updateDescription()
                    .getUpdatedFields()
                    .getInt32("qty")
                    .getValue());
        }

        @OnChange(id = "others", collection = "orders", operation = "update")
        void other(ChangeEvent<Document> change) {}
    }

    static final class Slow {

        final List<Integer> ids = new CopyOnWriteArrayList<>();
        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @OnChange(id = "slow", collection = "stock", operation = "update", fullDocument = FullDocument.UPDATE_LOOKUP)
        void changed(ChangeEvent<Document> change) throws InterruptedException {
            begun.countDown();
            assertThat(go.await(1, TimeUnit.MINUTES)).isTrue();
            seen.add(change.fullDocument().getInteger("_id"));
        }
    }

    static final class Failing {

        final List<Document> seen = new CopyOnWriteArrayList<>();
        volatile boolean fails = true;

        @OnChange(
                id = "fails",
                collection = "stock",
                operation = "update",
                retry = @Retry(attempts = 1),
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void changed(ChangeEvent<Document> change) {
            if (fails) {
                throw new IllegalStateException("not yet");
            }
            seen.add(change.fullDocument());
        }
    }
}
