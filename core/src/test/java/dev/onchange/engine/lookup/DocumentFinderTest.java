package dev.onchange.engine.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.localmongo.MongoNode;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Queries by document keys, as events bring them. */
class DocumentFinderTest {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final LocalMongo mongo = LocalMongo.shared();
    private final MongoClient client = MongoClients.create(mongo.connectionString());
    private final String database = "finder_" + Long.toHexString(System.nanoTime());

    @AfterEach
    void clear() {
        block(client.getDatabase(database).drop());
        client.close();
    }

    @Test
    void a_key_finds_the_document_of_an_equal_id_of_any_type() {
        insert("{_id: {$numberDecimal: '1.0'}, of: 'one'}", "{_id: {a: {$numberLong: '2'}, b: 3.0}, of: 'two'}");

        assertThat(found("{_id: 1}", "{_id: {a: 2, b: 3}}", "{_id: {b: 3, a: 2}}", "{_id: '1'}"))
                .containsExactly("one", "two", null, null);
    }

    @Test
    void a_shard_key_is_part_of_the_question() {
        insert("{_id: 1, region: 'eu', of: 'one'}", "{_id: 2, region: 'us', of: 'two'}", "{_id: 3, of: 'three'}");
        FindTarget sharded = new FindTarget(database, "items", null, List.of("region"));

        assertThat(found(
                        sharded,
                        "{region: 'eu', _id: 1}",
                        "{region: 'eu', _id: 2}",
                        "{region: 'us', _id: 2.0}",
                        "{region: null, _id: 3}"))
                .containsExactly("one", null, "two", "three");
    }

    @Test
    void a_collation_of_the_collection_decides_which_ids_are_equal() {
        block(client.getDatabase(database)
                .runCommand(Document.parse("{create: 'items', collation: {locale: 'en', strength: 2}}")));
        insert("{_id: 'A', of: 'one'}", "{_id: 'b', of: 'two'}");

        assertThat(found("{_id: 'a'}", "{_id: 'B'}", "{_id: 'c'}", "{_id: 'A'}"))
                .containsExactly("one", "two", null, "one");
    }

    @Test
    void a_collection_of_another_identity_holds_none_of_the_documents() {
        insert("{_id: 1, of: 'one'}");

        assertThat(found(new FindTarget(database, "items", new UUID(1, 2), List.of()), "{_id: 1}"))
                .containsExactly((String) null);
        assertThat(found(new FindTarget(database, "others", new UUID(1, 2), List.of()), "{_id: 1}"))
                .containsExactly((String) null);
    }

    @Test
    void documents_that_do_not_fit_into_one_reply_are_asked_for_again() {
        String large = "x".repeat(3 << 20);
        List<Integer> ids = IntStream.range(0, 20).boxed().toList();
        ids.forEach(id -> block(
                items().insertOne(new Document("_id", id).append("of", "" + id).append("text", large))));

        assertThat(found(ids.stream().map(id -> "{_id: " + id + "}").toArray(String[]::new)))
                .isEqualTo(ids.stream().map(String::valueOf).toList());
    }

    @Test
    void a_secondary_that_lags_behind_the_event_is_waited_for() throws Exception {
        try (LocalMongo three = LocalMongo.builder().nodes(3).start();
                MongoClient writer = MongoClients.create(three.connectionString())) {
            MongoCollection<Document> items =
                    writer.getDatabase("lag").getCollection("items").withWriteConcern(WriteConcern.MAJORITY);
            block(items.insertOne(new Document("_id", 1).append("of", "old")));
            MongoNode lagging = three.nodes().stream()
                    .filter(node -> !node.primary())
                    .findFirst()
                    .orElseThrow();
            try (MongoClient reader = MongoClients.create(
                    "mongodb://" + lagging.address() + "/?directConnection=true&readPreference=secondary")) {
                await().until(() -> block(reader.getDatabase("lag")
                                .getCollection("items")
                                .withReadPreference(ReadPreference.secondary())
                                .countDocuments())
                        == 1);
                CompletableFuture<@Nullable RawBsonDocument> answer;
                try (FailPoint stopped = lagging.failPoint("rsSyncApplyStop", "alwaysOn", new Document());
                        ClientSession session = block(writer.startSession())) {
                    // A batch that the server waits for when the fail point is set is still applied.
                    lagging.admin(new Document("waitForFailPoint", "rsSyncApplyStop")
                            .append("timesEntered", 1)
                            .append("maxTimeMS", ANSWER_TIMEOUT.toMillis()));
                    // Not by a majority: the other secondary may copy from the one that is stopped.
                    block(items.withWriteConcern(WriteConcern.W1)
                            .updateOne(session, Filters.eq(1), Updates.set("of", "new")));
                    // A member refuses to be asked for a time of which it has not heard; this client has heard of no
                    // other.
                    await().atMost(ANSWER_TIMEOUT)
                            .until(() -> clusterTime(lagging).compareTo(session.getOperationTime()) >= 0);
                    RawBsonDocument key = RawBsonDocument.parse("{_id: 1}");
                    FindTarget target = new FindTarget("lag", "items", null, List.of());

                    answer = new DocumentFinder(reader, ANSWER_TIMEOUT)
                            .find(new FindQuery(target, List.of(key), session.getOperationTime()))
                            .<RawBsonDocument>handle(
                                    (foundDocuments, sink) -> sink.next(foundDocuments.documentOf(key, target)))
                            .toFuture();

                    await().during(Duration.ofMillis(300))
                            .untilAsserted(() -> assertThat(answer).isNotDone());
                }
                await().atMost(ANSWER_TIMEOUT).until(answer::isDone);
                assertThat(answer.get().getString("of").getValue()).isEqualTo("new");
            }
        }
    }

    private static BsonTimestamp clusterTime(MongoNode node) {
        return node.admin(new Document("hello", 1))
                .get("$clusterTime", Document.class)
                .get("clusterTime", BsonTimestamp.class);
    }

    private void insert(String... documents) {
        for (String document : documents) {
            block(client.getDatabase(database)
                    .getCollection("items", BsonDocument.class)
                    .insertOne(BsonDocument.parse(document)));
        }
    }

    private MongoCollection<Document> items() {
        return client.getDatabase(database).getCollection("items");
    }

    private List<@Nullable String> found(String... keys) {
        return found(new FindTarget(database, "items", null, List.of()), keys);
    }

    private List<@Nullable String> found(FindTarget target, String... keys) {
        List<RawBsonDocument> all =
                java.util.stream.Stream.of(keys).map(RawBsonDocument::parse).toList();
        BsonTimestamp none = null;
        FoundDocuments foundDocuments = new DocumentFinder(client, ANSWER_TIMEOUT)
                .find(new FindQuery(target, all, none))
                .block(Duration.ofSeconds(30));
        return all.stream()
                .map(key -> foundDocuments.documentOf(key, target))
                .map(document ->
                        document == null ? null : document.getString("of").getValue())
                .collect(java.util.stream.Collectors.toList());
    }

    private static <T> T block(Publisher<T> publisher) {
        return Mono.from(publisher).block(Duration.ofSeconds(30));
    }
}
