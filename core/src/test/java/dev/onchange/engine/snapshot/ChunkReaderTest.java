package dev.onchange.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoCommandException;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.Watermark;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Chunks of documents, as a server gives them. */
class ChunkReaderTest {

    private static final BsonTimestamp ANY_TIME = new BsonTimestamp(1, 0);

    private final MongoClient client = MongoClients.create(LocalMongo.shared().connectionString());
    private final String database = "chunks_" + Long.toHexString(System.nanoTime());
    private final MongoCollection<BsonDocument> items =
            client.getDatabase(database).getCollection("items", BsonDocument.class);
    private final SnapshotCollection collection = new SnapshotCollection(database, "items", null);
    private final ChunkReader reader = new ChunkReader(client, Duration.ofSeconds(30));

    @AfterEach
    void clear() {
        block(client.getDatabase(database).drop());
        client.close();
    }

    @Test
    void every_document_comes_once_in_the_order_of_keys_of_any_types() {
        List<BsonValue> ids = new ArrayList<>(List.of(
                new BsonMinKey(),
                BsonNull.VALUE,
                new BsonDouble(Double.NaN),
                new BsonDouble(Double.NEGATIVE_INFINITY),
                new BsonInt32(-1),
                new BsonDouble(0.5),
                new BsonInt32(1),
                new BsonDecimal128(Decimal128.parse("1.5")),
                new BsonInt64(1L << 53),
                new BsonDecimal128(Decimal128.parse("1E+400")),
                new BsonString(""),
                new BsonString("Zebra"),
                new BsonString("apple"),
                new BsonString("\u00e4"),
                BsonDocument.parse("{}"),
                BsonDocument.parse("{a: 1}"),
                BsonDocument.parse("{a: 'x', b: {c: [1, 2]}}"),
                new BsonBinary(new byte[] {1}),
                new BsonBinary(UUID.randomUUID()),
                new BsonObjectId(new ObjectId(0, 0)),
                new BsonObjectId(),
                BsonBoolean.FALSE,
                BsonBoolean.TRUE,
                new BsonDateTime(-1),
                new BsonDateTime(0),
                new BsonTimestamp(1, 1),
                new BsonMaxKey()));
        Collections.shuffle(ids, new Random(7));
        block(items.insertMany(
                ids.stream().map(id -> new BsonDocument("_id", id)).toList()));

        List<DocumentId> read = readAll(2);

        assertThat(read.stream().map(DocumentId::value)).hasSameSizeAs(ids);
        assertThat(read).isSorted();
        List<BsonValue> sorted = Flux.from(items.find().sort(new Document("_id", 1)))
                .map(document -> document.get("_id"))
                .collectList()
                .block();
        assertThat(read.stream().map(DocumentId::value)).isEqualTo(sorted);
    }

    @Test
    void what_follows_a_document_that_fills_a_reply_is_not_taken_for_nothing() {
        BsonString large = new BsonString("x".repeat(10 * 1024 * 1024));
        for (int id = 0; id < 3; id++) {
            block(items.insertOne(new BsonDocument("_id", new BsonInt32(id)).append("large", large)));
        }
        DocumentId first = readAll(1).get(0);

        Chunk second = read(first, 500, ANY_TIME);

        assertThat(ids(second)).containsExactly(1);
        assertThat(ids(read(second.last(), 500, ANY_TIME))).containsExactly(2);
        DocumentId last = DocumentId.of(RawBsonDocument.parse("{_id: 2}"));
        assertThat(read(last, 500, ANY_TIME).documents()).isEmpty();
    }

    @Test
    void a_part_begins_behind_its_bound_whether_that_exists_or_not() {
        insertNumbers(300);
        DocumentId last = read(null, 100, ANY_TIME).last();

        assertThat(ids(read(last, 100, ANY_TIME))).startsWith(100).endsWith(199).hasSize(100);
        block(items.deleteOne(new Document("_id", 99)));
        assertThat(ids(read(last, 100, ANY_TIME))).startsWith(100).hasSizeBetween(100, 101);
    }

    @Test
    void the_largest_documents_come_too() {
        BsonString large = new BsonString("x".repeat(16 * 1024 * 1024 - 60));
        for (int id = 0; id < 3; id++) {
            block(items.insertOne(new BsonDocument("_id", new BsonInt32(id)).append("large", large)));
        }

        assertThat(readAll(100)).hasSize(3);
    }

    @Test
    void a_chunk_holds_what_was_written_up_to_its_time_and_nothing_later() {
        block(items.insertOne(BsonDocument.parse("{_id: 1}")));
        Chunk before = read(null, 10, ANY_TIME);
        block(items.insertOne(BsonDocument.parse("{_id: 2}")));

        Chunk after = read(null, 10, before.time());

        assertThat(before.documents()).hasSize(1);
        assertThat(after.documents()).hasSize(2);
        assertThat(after.time()).isGreaterThan(before.time());
    }

    @Test
    void with_a_filter_only_what_it_lets_through_comes_and_the_key_up_to_which_that_is_all() {
        insertNumbers(10);

        Chunk first = wanted(null, 4);
        Chunk second = wanted(first.last(), 4);
        Chunk rest = wanted(second.last(), 4);

        assertThat(ids(first)).containsExactly(0, 3);
        assertThat(first.last().value()).isEqualTo(new BsonInt32(3));
        assertThat(first.read()).isEqualTo(4);
        assertThat(ids(second)).containsExactly(6);
        assertThat(second.last().value()).isEqualTo(new BsonInt32(7));
        // There are not so many any more: all of them, as the handler's filter is asked anyway.
        assertThat(ids(rest)).containsExactly(8, 9);
    }

    @Test
    void a_part_of_which_nothing_is_wanted_is_not_taken_for_the_end() {
        insertNumbers(10);
        ChunkRequest request = new ChunkRequest(
                collection, null, 10, ANY_TIME, new ChunkRequest.Filter(BsonDocument.parse("{_id: 9}"), 3));

        Chunk chunk = block(reader.read(request));

        assertThat(chunk.documents()).isEmpty();
        assertThat(chunk.last().value()).isEqualTo(new BsonInt32(2));
    }

    @Test
    void with_a_filter_keys_of_any_types_are_read_to_the_end() {
        List<BsonValue> ids = List.of(
                new BsonMinKey(),
                BsonNull.VALUE,
                new BsonInt32(1),
                new BsonDouble(2.5),
                new BsonString("a"),
                BsonDocument.parse("{a: 1}"),
                new BsonObjectId(),
                BsonBoolean.TRUE,
                new BsonMaxKey());
        block(items.insertMany(ids.stream()
                .map(id -> new BsonDocument("_id", id).append("third", BsonBoolean.TRUE))
                .toList()));
        List<BsonValue> read = new ArrayList<>();
        DocumentId behind = null;
        do {
            Chunk chunk = wanted(behind, 2);
            chunk.documents().forEach(document -> read.add(document.get("_id")));
            behind = chunk.last();
        } while (behind != null);

        assertThat(read).isEqualTo(ids);
    }

    @Test
    void what_is_wanted_and_more_than_a_reply_takes_comes_with_the_next_ones() {
        BsonString large = new BsonString("x".repeat(6 * 1024 * 1024));
        for (int id = 0; id < 6; id++) {
            block(items.insertOne(new BsonDocument("_id", new BsonInt32(id))
                    .append("third", BsonBoolean.TRUE)
                    .append("large", large)));
        }

        Chunk chunk = wanted(null, 5);

        assertThat(ids(chunk)).containsExactly(0, 1);
        assertThat(chunk.last().value()).isEqualTo(new BsonInt32(1));
    }

    private void insertNumbers(int count) {
        for (int id = 0; id < count; id++) {
            block(items.insertOne(
                    new BsonDocument("_id", new BsonInt32(id)).append("third", BsonBoolean.valueOf(id % 3 == 0))));
        }
    }

    private Chunk wanted(DocumentId behind, int among) {
        return block(reader.read(new ChunkRequest(
                collection,
                behind,
                10,
                ANY_TIME,
                new ChunkRequest.Filter(BsonDocument.parse("{third: true}"), among))));
    }

    private static List<Integer> ids(Chunk chunk) {
        return chunk.documents().stream()
                .map(document -> document.getInt32("_id").getValue())
                .toList();
    }

    @Test
    void a_collection_that_does_not_exist_is_empty() {
        Chunk chunk = read(null, 10, ANY_TIME);

        assertThat(chunk.documents()).isEmpty();
        assertThat(chunk.last()).isNull();
        assertThat(chunk.time()).isEqualTo(ANY_TIME);
    }

    @Test
    void a_collection_of_another_identity_is_not_read() {
        block(items.insertOne(BsonDocument.parse("{_id: 1}")));
        SnapshotCollection other = new SnapshotCollection(database, "items", UUID.randomUUID());

        assertThatThrownBy(() -> block(reader.read(new ChunkRequest(other, null, 10, ANY_TIME))))
                .isInstanceOf(CollectionGoneException.class)
                .hasMessageContaining(database + ".items");
    }

    @Test
    void a_collection_whose_keys_have_another_order_is_refused() {
        block(client.getDatabase(database)
                .runCommand(Document.parse("{create: 'items', collation: {locale: 'en', strength: 2}}")));
        block(items.insertMany(List.of(BsonDocument.parse("{_id: 'a'}"), BsonDocument.parse("{_id: 'b'}"))));

        assertThatThrownBy(() -> readAll(1)).isInstanceOf(MongoCommandException.class);
    }

    @Test
    void a_clustered_collection_is_read_like_any_other() {
        block(client.getDatabase(database)
                .runCommand(Document.parse("{create: 'items', clusteredIndex: {key: {_id: 1}, unique: true}}")));
        block(items.insertMany(List.of(
                BsonDocument.parse("{_id: 1}"),
                BsonDocument.parse("{_id: 'a'}"),
                BsonDocument.parse("{_id: {b: 1}}"))));

        assertThat(readAll(1)).hasSize(3);
        assertThat(readAll(2)).hasSize(3);
    }

    @Test
    void an_event_has_the_form_of_a_change_and_a_token_between_those_of_changes() {
        block(items.insertOne(BsonDocument.parse("{_id: {a: 1.5}, qty: 3}")));
        Chunk chunk = read(null, 10, ANY_TIME);

        RawChange event = new SnapshotEvents(collection, "print", chunk.time())
                .event(chunk.documents().get(0));

        BsonDocument parsed = BsonDocument.parse(event.document().toJson());
        assertThat(parsed.keySet())
                .containsExactly("_id", "operationType", "clusterTime", "ns", "documentKey", "fullDocument");
        assertThat(parsed.getString("operationType").getValue()).isEqualTo("snapshot");
        assertThat(parsed.getDocument("documentKey")).isEqualTo(BsonDocument.parse("{_id: {a: 1.5}}"));
        assertThat(parsed.getDocument("fullDocument")).isEqualTo(BsonDocument.parse("{_id: {a: 1.5}, qty: 3}"));
        assertThat(parsed.getDocument("ns")).isEqualTo(BsonDocument.parse("{db: '" + database + "', coll: 'items'}"));
        assertThat(event.clusterTime()).isEqualTo(chunk.time());
        assertThat(event.operation()).isEqualTo("snapshot");
        assertThat(event.key()).isNotNull();
        assertThat(event.position().isAfter(token(chunk.time(), "8C"))).isTrue();
        assertThat(Watermark.of(token(new BsonTimestamp(chunk.time().getValue() + 1), "2B"))
                        .isBefore(event))
                .isFalse();
    }

    @Test
    void the_events_of_a_chunk_differ_only_in_their_documents() {
        block(items.insertMany(List.of(
                BsonDocument.parse("{_id: 'first', qty: 3}"),
                BsonDocument.parse("{_id: {a: 1, b: 'longer than the first'}, qty: 4}"),
                BsonDocument.parse("{_id: 5}"))));
        Chunk chunk = read(null, 10, ANY_TIME);
        SnapshotEvents events = new SnapshotEvents(collection, "print", chunk.time());

        List<RawChange> some = chunk.documents().stream().map(events::event).toList();

        for (int i = 0; i < some.size(); i++) {
            RawChange event = some.get(i);
            RawBsonDocument document = chunk.documents().get(i);
            RawChange alone = new SnapshotEvents(collection, "print", chunk.time()).event(document);
            assertThat(event.document()).isEqualTo(alone.document());
            assertThat(event.fullDocument()).isEqualTo(document);
            assertThat(event.documentId()).isEqualTo(DocumentId.of(document));
            assertThat(event.key()).isEqualTo(alone.key());
            assertThat(event.clusterTime()).isEqualTo(chunk.time());
            assertThat(event.token()).isEqualTo(alone.token());
        }
        assertThat(some.stream().map(RawChange::token)).doesNotHaveDuplicates();
    }

    /** That of a change begins like this. */
    private static Position token(BsonTimestamp time, String next) {
        BsonDocument token =
                new BsonDocument("_data", new BsonString(String.format("82%016X%s", time.getValue(), next)));
        return new Position(token, time, "");
    }

    private List<DocumentId> readAll(int limit) {
        List<DocumentId> ids = new ArrayList<>();
        Chunk chunk = read(null, limit, ANY_TIME);
        while (!chunk.documents().isEmpty()) {
            assertThat(chunk.documents()).hasSizeLessThanOrEqualTo(limit);
            chunk.documents().forEach(document -> ids.add(DocumentId.of(document)));
            chunk = read(chunk.last(), limit, chunk.time());
        }
        return ids;
    }

    private Chunk read(DocumentId behind, int limit, BsonTimestamp after) {
        return block(reader.read(new ChunkRequest(collection, behind, limit, after)));
    }

    private static <T> T block(Publisher<T> publisher) {
        return Mono.from(publisher).block();
    }
}
