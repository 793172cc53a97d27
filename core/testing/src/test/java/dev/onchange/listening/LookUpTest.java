package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.Test;

@OnChangeTest
class LookUpTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Test
    void a_looked_up_document_that_was_deleted_since_is_null() {
        LooksUp handler = new LooksUp();
        insert("stock", new Document("_id", 1));
        ChangeListeners listeners = listening.start(handler);
        listeners.pause("looks up");
        set(1, 1);
        listening.run(database.getCollection("stock").deleteOne(Filters.eq(1)));

        listeners.resume("looks up");

        listening.awaitIdle();

        assertThat(handler.seen).containsExactly(Optional.empty());
        assertThat(listeners.status().handler("looks up").counts().retried()).isZero();
    }

    @Test
    void a_looked_up_document_that_was_changed_since_is_the_newer_one() {
        LooksUp handler = new LooksUp();
        insert("stock", new Document("_id", 1));
        ChangeListeners listeners = listening.start(handler);
        listeners.pause("looks up");
        set(1, 1);
        set(1, 2);

        listeners.resume("looks up");

        Optional<Document> newer = Optional.of(new Document("_id", 1).append("qty", 2));
        listening.awaitIdle();

        assertThat(handler.seen).containsExactly(newer, newer);
    }

    @Test
    void a_pipeline_of_the_handlers_own_selects_and_modifies_what_it_receives() {
        Alice handler = new Alice();
        listening.start(handler);
        insert("users", new Document("_id", 1).append("username", "bob"));
        insert("users", new Document("_id", 2).append("username", "alice"));

        listening.awaitIdle();

        assertThat(handler.seen).hasSize(1);
        assertThat(handler.seen.get(0))
                .containsEntry("newField", "this is an added field!")
                .containsEntry("operationType", "insert")
                .containsEntry("fullDocument", new Document("_id", 2).append("username", "alice"));
    }

    @Test
    void every_stage_that_a_change_stream_takes_works() {
        Stages handler = new Stages();
        listening.start(handler);
        insert("stock", new Document("_id", 1).append("a", 7));

        listening.awaitIdle();

        assertThat(handler.seen)
                .containsExactlyInAnyOrder(
                        "$addFields 7",
                        "$match 7",
                        "$project 7",
                        "$replaceRoot 7",
                        "$replaceWith 7",
                        "$redact 7",
                        "$set 7",
                        "$unset null");
    }

    @Test
    void a_projected_event_arrives_as_document_as_record_and_as_class_of_its_shape() {
        Projected handler = new Projected();
        insert("stock", new Document("_id", 5));
        listening.start(handler);
        set(5, 8);

        listening.awaitIdle();

        assertThat(handler.seen).hasSize(3);
        assertThat(handler.seen).containsExactlyInAnyOrder("document 5 8", "record 5 8", "class 5 8");
        assertThat(handler.document).containsOnlyKeys("_id", "fullDocument_id", "a", "b");
    }

    private void insert(String collection, Document document) {
        listening.run(database.getCollection(collection).insertOne(document));
    }

    private void set(int id, int qty) {
        listening.run(database.getCollection("stock").updateOne(Filters.eq(id), Updates.set("qty", qty)));
    }

    static final class LooksUp {

        final List<Optional<Document>> seen = new CopyOnWriteArrayList<>();

        @OnChange(
                id = "looks up",
                collection = "stock",
                operation = "update",
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void changed(ChangeEvent<Document> change) {
            seen.add(Optional.ofNullable(change.fullDocument()));
        }
    }

    static final class Alice {

        final List<Document> seen = new CopyOnWriteArrayList<>();

        @OnChange(
                collection = "users",
                pipeline = {
                    "{ $match: { 'fullDocument.username': 'alice' } }",
                    "{ $addFields: { newField: 'this is an added field!' } }"
                })
        void changed(ChangeEvent<Document> change) {
            seen.add(Document.parse(change.raw().toJson()));
        }
    }

    static final class Stages {

        final List<String> seen = new CopyOnWriteArrayList<>();

        @OnChange(collection = "stock", pipeline = "{ $addFields: { a: '$fullDocument.a' } }")
        void addFields(ChangeEvent<Document> change) {
            seen.add("$addFields " + top(change));
        }

        @OnChange(collection = "stock", pipeline = "{ $match: { 'fullDocument.a': 7 } }")
        void match(ChangeEvent<Document> change) {
            seen.add("$match " + change.fullDocument().get("a"));
        }

        @OnChange(collection = "stock", pipeline = "{ $project: { a: '$fullDocument.a' } }")
        void project(ChangeEvent<Document> change) {
            seen.add("$project " + top(change));
        }

        @OnChange(
                collection = "stock",
                pipeline = "{ $replaceRoot: { newRoot: { _id: '$_id', a: '$fullDocument.a' } } }")
        void replaceRoot(ChangeEvent<Document> change) {
            seen.add("$replaceRoot " + top(change));
        }

        @OnChange(collection = "stock", pipeline = "{ $replaceWith: { _id: '$_id', a: '$fullDocument.a' } }")
        void replaceWith(ChangeEvent<Document> change) {
            seen.add("$replaceWith " + top(change));
        }

        @OnChange(
                collection = "stock",
                pipeline = "{ $redact: { $cond: [{ $eq: ['$fullDocument.a', 0] }, '$$PRUNE', '$$KEEP'] } }")
        void redact(ChangeEvent<Document> change) {
            seen.add("$redact " + change.fullDocument().get("a"));
        }

        @OnChange(collection = "stock", pipeline = "{ $set: { a: '$fullDocument.a' } }")
        void set(ChangeEvent<Document> change) {
            seen.add("$set " + top(change));
        }

        @OnChange(collection = "stock", pipeline = "{ $unset: 'fullDocument.a' }")
        void unset(ChangeEvent<Document> change) {
            seen.add("$unset " + change.fullDocument().get("a"));
        }

        private static int top(ChangeEvent<Document> change) {
            return change.raw().getInt32("a").getValue();
        }
    }

    static final class Projected {

        static final String ADD = "{ $addFields: { a: '$fullDocument.qty', b: '$operationType' } }";
        static final String PROJECT = "{ $project: { fullDocument_id: '$fullDocument._id', a: 1, b: 1 } }";

        final List<String> seen = new CopyOnWriteArrayList<>();
        volatile Document document = new Document();

        @OnChange(
                collection = "stock",
                pipeline = {ADD, PROJECT},
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void asDocument(Document shape) {
            document = shape;
            seen.add("document " + shape.get("fullDocument_id") + " " + shape.get("a"));
        }

        @OnChange(
                collection = "stock",
                pipeline = {ADD, PROJECT},
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void asRecord(Row shape) {
            seen.add("record " + shape.fullDocument_id() + " " + shape.a());
        }

        @OnChange(
                collection = "stock",
                pipeline = {ADD, PROJECT},
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void asClass(PojoRow shape) {
            seen.add("class " + shape.fullDocument_id + " " + shape.a);
        }
    }

    record Row(int fullDocument_id, int a, String b) {}

    public static final class PojoRow {
        public int fullDocument_id;
        public int a;
        public String b;
    }
}
