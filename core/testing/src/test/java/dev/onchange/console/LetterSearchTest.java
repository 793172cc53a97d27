package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Letters of one customer, of which only their events tell whose they are. */
@OnChangeTest
class LetterSearchTest {

    private static final String OF_42 = "{'fullDocument.customer': 42}";

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final List<Integer> paid = new CopyOnWriteArrayList<>();
    private volatile boolean fails = true;

    @Test
    void those_of_a_customer_are_found_page_by_page() {
        ConsoleClient client = start(Console.on(0));
        letFail(9);

        BsonDocument all = client.get(search(OF_42));
        BsonDocument first = client.get(search(OF_42) + "&limit=2");
        BsonDocument second = client.get(
                search(OF_42) + "&limit=2&after=" + first.getString("next").getValue());

        assertThat(ids(all)).containsExactly(0, 3, 6);
        assertThat(all.getNumber("total").intValue()).isEqualTo(3);
        assertThat(all.getNumber("lookedAt").intValue()).isEqualTo(9);
        assertThat(all.get("next").isNull()).isTrue();
        assertThat(ids(first)).containsExactly(0, 3);
        assertThat(first.getNumber("total").intValue()).isEqualTo(3);
        assertThat(first.getNumber("lookedAt").intValue()).isEqualTo(9);
        assertThat(client.get(search(OF_42) + "&limit=3").get("next").isNull()).isTrue();
        assertThat(ids(second)).containsExactly(6);
        assertThat(second.get("total").isNull()).isTrue();
        assertThat(ids(client.get(search(OF_42) + "&document=3"))).containsExactly(3);
    }

    @Test
    void those_of_a_customer_are_replayed_and_the_others_are_not() {
        ConsoleClient client = start(Console.on(0));
        letFail(9);
        fails = false;

        BsonDocument ended = replayed(client);

        assertThat(ended.getString("state").getValue()).isEqualTo("DONE");
        assertThat(ended.getNumber("done").intValue()).isEqualTo(3);
        assertThat(paid).containsExactly(0, 3, 6);
        assertThat(client.get("api/letters").getNumber("total").intValue()).isEqualTo(6);
    }

    @Test
    void a_document_that_fails_again_is_tried_once_however_many_of_its_letters_match() {
        ConsoleClient client = start(Console.on(0));
        letFail(1);
        for (int i = 0; i < 3; i++) {
            listening.run(database.getCollection("payments")
                    .replaceOne(new Document("_id", 0), new Document("customer", 42).append("n", i)));
        }
        listening.awaitIdle();
        int attempts = tried.size();

        BsonDocument ended = replayed(client);

        assertThat(ended.getNumber("total").intValue()).isEqualTo(4);
        assertThat(ended.getNumber("failed").intValue()).isEqualTo(1);
        assertThat(tried).hasSize(attempts + 1);
    }

    @Test
    void those_of_a_customer_are_discarded_once_their_number_is_typed() {
        ConsoleClient client = start(Console.on(0));
        letFail(4);

        HttpResponse<String> asked = client.tryPost("api/letters/discard", confirming("1"));
        BsonDocument discarded = client.post("api/letters/discard", confirming("2"));

        assertThat(asked.statusCode()).isEqualTo(409);
        assertThat(discarded.getNumber("discarded").intValue()).isEqualTo(2);
        assertThat(ids(client.get("api/letters"))).containsExactly(1, 2);
    }

    @Test
    void what_is_redacted_is_not_found_and_the_journal_says_who_searched_for_what() {
        ConsoleClient client = start(Console.on(0).redact("card"));
        letFail(1);

        assertThat(ids(client.get(search("{'fullDocument.card': 'secret'}")))).isEmpty();
        assertThat(ids(client.get(search("{$expr: {$eq: ['$fullDocument.card', 'secret']}}"))))
                .isEmpty();
        assertThat(client.tryGet("api/journal").body()).contains("search letters", "fullDocument.card");
    }

    @Test
    void whoever_may_only_look_searches_where_values_are_shown() {
        String path = search("{'fullDocument.card': 'secret'}");
        start(Console.on(0).access(request -> Access.Level.READ));
        letFail(1);
        ConsoleClient masked = new ConsoleClient(console, "");

        assertThat(masked.tryGet(path).statusCode()).isEqualTo(403);
        assertThat(masked.tryGet("api/letters").statusCode()).isEqualTo(200);

        start(Console.on(0).access(request -> Access.Level.READ).payloads(PayloadView.FULL));
        assertThat(ids(new ConsoleClient(console, "").get(path))).containsExactly(0);
    }

    @Test
    void a_filter_that_is_wrong_or_needs_the_server_is_refused_with_what_is_wrong() {
        ConsoleClient client = start(Console.on(0));

        HttpResponse<String> wrong = client.tryGet(search("{'fullDocument.customer': {$lessThan: 5}}"));
        HttpResponse<String> server = client.tryGet(search("{$sampleRate: 0.5}"));

        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(BsonDocument.parse(wrong.body()).getNumber("line").intValue())
                .isOne();
        assertThat(server.statusCode()).isEqualTo(422);
        assertThat(server.body()).contains("SERVER_ONLY", "$sampleRate is random");
    }

    private Console console = Console.on(0);

    private ConsoleClient start(Console with) {
        console = with;
        return ConsoleClient.ofStarted(listening, with, new Payments());
    }

    /** Each third is of customer 42. */
    private void letFail(int payments) {
        listening.run(database.getCollection("payments")
                .insertMany(IntStream.range(0, payments)
                        .mapToObj(id -> new Document("_id", id)
                                .append("customer", id % 3 == 0 ? 42 : 7)
                                .append("card", "secret"))
                        .toList()));
        listening.awaitIdle();
    }

    /** The job once it is over. */
    private static BsonDocument replayed(ConsoleClient client) {
        String job = client.post("api/letters/replay", "{filter: {handler: 'pay', match: " + OF_42 + "}}")
                .getString("job")
                .getValue();
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> client.get("api/jobs/" + job),
                        now -> !now.getString("state").getValue().equals("RUNNING"));
    }

    private static String search(String match) {
        return "api/letters?match=" + URLEncoder.encode(match, StandardCharsets.UTF_8);
    }

    private static String confirming(String number) {
        return "{filter: {match: " + OF_42 + "}, confirm: '" + number + "'}";
    }

    private static List<Integer> ids(BsonDocument page) {
        return page.getArray("letters").stream()
                .map(letter -> letter.asDocument()
                        .getDocument("document")
                        .getNumber("_id")
                        .intValue())
                .toList();
    }

    private final List<Integer> tried = new CopyOnWriteArrayList<>();

    final class Payments {

        @OnChange(id = "pay", collection = "payments", retry = @Retry(attempts = 1))
        void pay(Document payment) {
            int id = payment.getInteger("_id");
            tried.add(id);
            if (fails) {
                throw new IllegalStateException("the bank does not answer");
            }
            paid.add(id);
        }
    }
}
