package dev.onchange.engine.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.engine.decode.EventDecoder;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.inject.Instances;
import dev.onchange.localmongo.LocalMongo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.pojo.annotations.BsonId;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a handler with an own pipeline receives, with events that a real server has reshaped. */
class ProjectedShapeTest {

    private static final String PROJECT = "{$project: {fullDocument_id: '$fullDocument._id', a: 1, b: 1}}";
    private static final String ROWS =
            "{$project: {fullDocument_id: '$fullDocument._id', a: '$fullDocument.a', b: '$fullDocument.b'}}";

    private final MongoClient client = MongoClients.create(LocalMongo.shared().connectionString());
    private final MongoCollection<Document> items =
            client.getDatabase("projected" + new ObjectId()).getCollection("items");
    private final EventDecoder decoder = new EventDecoder(client.getCodecRegistry());

    record Row(int fullDocument_id, int a, String b) {}

    record RowWithToken(@BsonId BsonDocument token, int a) {}

    record Item(@BsonId int id, int a, String b) {}

    static class RowBean {
        public int fullDocument_id;
        private int a;

        public int getA() {
            return a;
        }

        public void setA(int a) {
            this.a = a;
        }
    }

    static class Feed {
        final List<Object> received = new ArrayList<>();

        void document(Document row) {
            received.add(row);
        }

        void record(Row row) {
            received.add(row);
        }

        void recordWithToken(RowWithToken row) {
            received.add(row);
        }

        void bean(RowBean row) {
            received.add(row);
        }

        void event(ChangeEvent<Row> change) {
            received.add(change);
        }

        void item(ChangeEvent<Item> change) {
            received.add(change);
        }

        void raw(RawBsonDocument event) {
            received.add(event);
        }
    }

    @AfterEach
    void empty() {
        Mono.from(items.deleteMany(new Document())).block();
        client.close();
    }

    @Test
    void an_update_looked_up_and_projected_arrives_as_document_record_and_class_of_that_shape() throws Throwable {
        RawChange change = changes(ROWS).get(1);
        Feed feed = new Feed();

        for (String handler : List.of("document", "record", "recordWithToken", "bean", "raw")) {
            deliver(change, feed, handler, ROWS);
        }

        assertThat(feed.received.get(0))
                .isEqualTo(new Document("_id", Document.parse(change.token().toJson()))
                        .append("fullDocument_id", 1)
                        .append("a", 5)
                        .append("b", "x"));
        assertThat(feed.received.get(1)).isEqualTo(new Row(1, 5, "x"));
        assertThat(feed.received.get(2)).isEqualTo(new RowWithToken(change.token(), 5));
        assertThat(feed.received.get(3)).isInstanceOfSatisfying(RowBean.class, row -> {
            assertThat(row.fullDocument_id).isEqualTo(1);
            assertThat(row.getA()).isEqualTo(5);
        });
        assertThat(feed.received.get(4)).isSameAs(change.document());
    }

    @Test
    void the_event_around_a_projected_row_still_has_its_token_and_its_time() throws Throwable {
        RawChange change = changes(ROWS).get(0);
        Feed feed = new Feed();

        deliver(change, feed, "event", ROWS);

        ChangeEvent<?> event = (ChangeEvent<?>) feed.received.get(0);
        assertThat(event.fullDocument()).isEqualTo(new Row(1, 2, "x"));
        assertThat(event.resumeToken()).isEqualTo(change.document().get("_id"));
        assertThat(event.clusterTime()).isNotNull();
        assertThat(event.operationName()).isEmpty();
        assertThat(event.namespace()).isNull();
        assertThat(event.documentKey()).isNull();
    }

    @Test
    void a_projection_of_fields_that_events_do_not_have_leaves_what_there_is() throws Throwable {
        RawChange change = changes(PROJECT).get(1);
        Feed feed = new Feed();

        deliver(change, feed, "document", PROJECT);

        assertThat(((Document) feed.received.get(0)).keySet()).containsExactly("_id", "fullDocument_id");
    }

    @Test
    void stages_that_leave_the_full_document_leave_it_the_payload() throws Throwable {
        String[] stages = {"{$match: {'fullDocument.b': 'x'}}", "{$addFields: {newField: 'this is an added field!'}}"};
        RawChange change = changes(stages).get(0);
        Feed feed = new Feed();

        deliver(change, feed, "item", stages);

        ChangeEvent<?> event = (ChangeEvent<?>) feed.received.get(0);
        assertThat(event.fullDocument()).isEqualTo(new Item(1, 2, "x"));
        assertThat(event.raw().getString("newField").getValue()).isEqualTo("this is an added field!");
    }

    @Test
    void a_root_replaced_by_document_and_token_is_the_payload() throws Throwable {
        String stage = "{$replaceRoot: {newRoot: {$mergeObjects: ['$fullDocument', {_id: '$_id'}]}}}";
        RawChange change = changes(stage).get(0);
        Feed feed = new Feed();

        deliver(change, feed, "recordWithToken", stage);

        assertThat(feed.received).containsExactly(new RowWithToken(change.token(), 2));
    }

    /** An insert and an update, as a stream with these stages reports them. */
    private List<RawChange> changes(String... stages) {
        BsonTimestamp now = Mono.from(client.getDatabase("admin").runCommand(new Document("ping", 1)))
                .block()
                .get("operationTime", BsonTimestamp.class);
        List<Bson> pipeline = List.of(stages).stream()
                .map(stage -> (Bson) BsonDocument.parse(stage))
                .toList();
        Mono.from(items.insertOne(Document.parse("{_id: 1, a: 2, b: 'x'}"))).block();
        Mono.from(items.updateOne(new Document("_id", 1), Document.parse("{$set: {a: 5}}")))
                .block();
        return Flux.from(items.watch(pipeline, RawBsonDocument.class)
                        .startAtOperationTime(now)
                        .fullDocument(FullDocument.UPDATE_LOOKUP)
                        .withDocumentClass(RawBsonDocument.class))
                .map(event -> new RawChange(event, "fingerprint"))
                .take(2)
                .collectList()
                .block();
    }

    private void deliver(RawChange change, Feed feed, String handler, String... stages) throws Throwable {
        HandlerSpec spec = Specs.piped(Specs.method(feed, handler), stages);
        new Invokers(Instances.ofConstructors(), decoder)
                .of(spec)
                .invoke(decoder.change(change), new Attempt(1, 1, Instant.EPOCH, null), null);
    }
}
