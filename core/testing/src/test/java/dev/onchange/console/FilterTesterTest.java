package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChange;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

@OnChangeTest
class FilterTesterTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Console console = Console.on(0).redact("secret");

    private ConsoleClient client;

    @BeforeEach
    void start() {
        client = ConsoleClient.ofStarted(listening, console, new Handler());
    }

    @Test
    void a_sound_filter_becomes_an_annotation() {
        BsonDocument checked = client.post(
                "api/tail/check",
                "{database: 'shop', collection: 'stock', match: '{\"fullDocument.name\": {$regex: \"^a\\\\\\\\d\"}}'}");

        assertThat(checked.getString("whereEvaluated").getValue()).isEqualTo("CLIENT");
        assertThat(checked.getString("annotation").getValue())
                .isEqualTo(
                        "@OnChange(database = \"shop\", collection = \"stock\", match = \"{\\\"fullDocument.name\\\":"
                                + " {$regex: \\\"^a\\\\\\\\d\\\"}}\")");
    }

    @Test
    void a_filter_that_only_the_server_can_answer_says_why() {
        BsonDocument checked = client.post("api/tail/check", "{match: '{$sampleRate: 0.5}'}");

        assertThat(checked.getString("whereEvaluated").getValue()).isEqualTo("SERVER");
        assertThat(checked.getString("why").getValue()).contains("$sampleRate is random");
    }

    @Test
    void a_mistake_has_the_parsers_message_with_line_and_column() {
        HttpResponse<String> refused =
                client.tryPost("api/tail/check", "{match: '{\\n  \"fullDocument.qty\": {$les: 1}}'}");

        assertThat(refused.statusCode()).isEqualTo(422);
        BsonDocument error = BsonDocument.parse(refused.body());
        assertThat(error.getString("code").getValue()).isEqualTo("ONC-1102");
        assertThat(error.getString("message").getValue()).contains("$les");
        assertThat(error.getNumber("line").intValue()).isEqualTo(2);
        assertThat(error.getNumber("column").intValue()).isPositive();
    }

    @Test
    void the_tail_shows_what_was_there_and_what_comes_and_which_condition_failed() {
        insert(1, 100);

        try (ConsoleEvents tail = tail("{operationType: 'insert', 'fullDocument.qty': {$gte: 5, $lt: 10}}")) {
            BsonDocument before = await().atMost(Duration.ofSeconds(30))
                    .until(() -> tail.named("change"), seen -> !seen.isEmpty())
                    .get(0);
            insert(2, 7);
            List<BsonDocument> changes =
                    await().atMost(Duration.ofSeconds(30)).until(() -> tail.named("change"), seen -> seen.size() == 2);

            assertThat(before.getBoolean("matched").getValue()).isFalse();
            assertThat(before.getArray("failed")).hasSize(1);
            BsonDocument failed = before.getArray("failed").get(0).asDocument();
            assertThat(failed.getString("condition").getValue()).isEqualTo("{\"fullDocument.qty\": {\"$lt\": 10}}");
            assertThat(failed.getString("path").getValue()).isEqualTo("fullDocument.qty");
            assertThat(failed.getString("actual").getValue()).isEqualTo("<int>");
            assertThat(changes.get(1).getBoolean("matched").getValue()).isTrue();
            assertThat(changes.get(1)
                            .getDocument("event")
                            .getDocument("fullDocument")
                            .getString("secret")
                            .getValue())
                    .isEqualTo("<redacted>");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> tail.named("server"), told -> !told.isEmpty())
                    .forEach(told ->
                            assertThat(told.getNumber("silentMs").longValue()).isNotNegative());
        }
    }

    @Test
    void conditions_that_only_the_server_can_answer_are_tried_by_it() {
        insert(1, 100);

        try (ConsoleEvents tail =
                tail("{$jsonSchema: {properties: {fullDocument: {properties: {qty: {maximum: 10}}}}}}")) {
            insert(2, 7);
            List<BsonDocument> changes =
                    await().atMost(Duration.ofSeconds(30)).until(() -> tail.named("change"), seen -> seen.size() == 2);

            assertThat(changes.get(0).getBoolean("matched").getValue()).isFalse();
            assertThat(changes.get(1).getBoolean("matched").getValue()).isTrue();
        }
    }

    @Test
    void what_is_redacted_cannot_be_found_out_by_filters() {
        insert(1, 100);

        try (ConsoleEvents tail =
                tail("{$or: [{'fullDocument.secret': /nobody/}, {$expr: {$gt: ['$fullDocument.secret', 'a']}},"
                        + " {$jsonSchema: {properties: {fullDocument: {required: ['secret']}}}}]}")) {
            BsonDocument change = await().atMost(Duration.ofSeconds(30))
                    .until(() -> tail.named("change"), seen -> !seen.isEmpty())
                    .get(0);

            assertThat(change.getBoolean("matched").getValue()).isFalse();
        }
    }

    @Test
    void a_flood_is_shown_in_part_and_the_tail_goes_on_after_it() {
        insert(0, 7);
        try (ConsoleEvents tail = tail("{'fullDocument.qty': 7}")) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !tail.named("change").isEmpty());
            AtomicInteger id = new AtomicInteger();

            await().atMost(Duration.ofSeconds(60)).until(() -> {
                listening.run(database.getCollection("stock")
                        .insertMany(Stream.generate(() -> new Document("_id", id.incrementAndGet()).append("qty", 1))
                                .limit(1_000)
                                .toList()));
                return !tail.named("dropped").isEmpty();
            });
            // What is written while the stream is closed is not seen.
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                insert(id.incrementAndGet(), 7);
                return tail.named("change").stream()
                        .skip(1)
                        .anyMatch(change -> change.getBoolean("matched").getValue());
            });
            assertThat(tail.named("change")).hasSizeLessThan(id.get());
        }
    }

    @Test
    void a_tail_is_listed_while_somebody_looks_and_its_stream_ends_with_him() {
        await().atMost(Duration.ofSeconds(60)).until(() -> streamsOnServer() == 1);
        try (ConsoleEvents tail = tail("{}")) {
            AtomicInteger id = new AtomicInteger();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                insert(id.incrementAndGet(), 7);
                return !tail.named("change").isEmpty();
            });

            assertThat(tails()).singleElement().satisfies(listed -> {
                assertThat(listed.getString("of").getValue()).isEqualTo(database.getName() + ".stock");
                assertThat(listed.getString("by").getValue()).isEqualTo("whoever has the token");
            });
            await().atMost(Duration.ofSeconds(60)).until(() -> streamsOnServer() == 2);
        }
        AtomicInteger id = new AtomicInteger(1_000);

        // That he has gone is noticed when there is something to tell.
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            insert(id.incrementAndGet(), 7);
            return tails().isEmpty() && streamsOnServer() == 1;
        });
    }

    private List<BsonDocument> tails() {
        return client.get("api/jobs").getArray("tails").stream()
                .map(BsonValue::asDocument)
                .toList();
    }

    /** How many cursors on the collection are open, whether they wait for changes or for somebody to ask. */
    private int streamsOnServer() {
        List<Document> open = Flux.from(listening
                        .listeners()
                        .client()
                        .getDatabase("admin")
                        .aggregate(List.of(
                                Document.parse("{$currentOp: {allUsers: true, idleCursors: true}}"),
                                new Document(
                                        "$match",
                                        new Document("ns", database.getName() + ".stock")
                                                .append("cursor.cursorId", new Document("$exists", true))))))
                .collectList()
                .block();
        return (int) open.stream()
                .map(cursor -> cursor.get("cursor", Document.class).getLong("cursorId"))
                .distinct()
                .count();
    }

    private ConsoleEvents tail(String match) {
        return client.events("api/tail?database=" + database.getName() + "&collection=stock&match="
                + URLEncoder.encode(match, StandardCharsets.UTF_8));
    }

    private void insert(int id, int qty) {
        listening.run(database.getCollection("stock")
                .insertOne(new Document("_id", id).append("qty", qty).append("secret", "of nobody's business")));
    }

    static final class Handler {

        @OnChange(id = "arrived", collection = "stock")
        void arrived() {}
    }
}
