package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.Retry;
import dev.onchange.status.ListenerEvent;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnChangeTest
class ConsoleApiTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Console console = Console.on(0);

    private ConsoleClient client;

    @BeforeEach
    void start() {
        client = ConsoleClient.ofStarted(listening, console, new Shop());
    }

    @Test
    void the_overview_counts_streams_and_handlers_by_phase() {
        BsonDocument overview = client.get("api/overview");

        assertThat(overview.getDocument("handlers").getNumber("LISTENING").intValue())
                .isEqualTo(2);
        assertThat(overview.getDocument("streams").getNumber("OPEN").intValue()).isEqualTo(1);
        assertThat(overview.getString("health").getValue()).isEqualTo("UP");
        assertThat(overview.getArray("problems")).isEmpty();
    }

    @Test
    void handlers_are_searched_and_sorted() {
        BsonDocument found = client.get("api/handlers?q=ARR&sort=-rate");

        assertThat(found.getNumber("total").intValue()).isEqualTo(1);
        assertThat(found.getArray("handlers")
                        .get(0)
                        .asDocument()
                        .getString("id")
                        .getValue())
                .isEqualTo("arrived");
    }

    @Test
    void handlers_are_searched_and_sorted_by_the_instance_that_has_them_too() {
        String owner = client.get("api/handlers?sort=owner")
                .getArray("handlers")
                .get(0)
                .asDocument()
                .getString("owner")
                .getValue();

        assertThat(client.get("api/handlers?q=" + owner).getNumber("total").intValue())
                .isEqualTo(2);
        assertThat(client.get("api/handlers?q=no" + owner).getNumber("total").intValue())
                .isZero();
        assertThat(client.tryGet("api/handlers?sort=colour").statusCode()).isEqualTo(400);
    }

    @Test
    void the_session_says_what_one_may_do() {
        BsonDocument session = client.get("api/session");

        assertThat(session.getString("access").getValue()).isEqualTo("OPERATE");
        assertThat(session.getString("payloads").getValue()).isEqualTo("MASKED");
    }

    @Test
    void the_plan_says_why_a_stream_is_one_of_its_own_and_what_the_server_filters() {
        BsonDocument stream = client.get("api/plan").getArray("streams").get(0).asDocument();

        assertThat(stream.getDocument("scope").getString("collection").getValue())
                .isEqualTo("stock");
        assertThat(stream.getString("reason").getValue()).isNotEmpty();
        assertThat(stream.getString("filter").getValue()).startsWith("[{").contains("operationType");
        assertThat(stream.getArray("handlers")).hasSize(2);
    }

    @Test
    void a_handler_shows_what_it_declares_and_where() {
        BsonDocument handler = client.get("api/handlers/low");

        assertThat(handler.getString("source").getValue()).endsWith("Shop#low");
        assertThat(handler.getArray("declaration").toString()).contains("{'fullDocument.qty': {$lt: 10}}");
        assertThat(handler.getDocument("counts")).containsKeys("inScope", "handled");
        assertThat(client.tryGet("api/handlers/none").statusCode()).isEqualTo(404);
    }

    @Test
    void an_operator_pauses_and_resumes_a_handler_and_the_journal_says_who() {
        client.post("api/handlers/arrived/pause", "{}");

        assertThat(client.get("api/handlers/arrived").getString("phase").getValue())
                .isEqualTo("PAUSED");
        client.post("api/handlers/arrived/resume", "{}");

        assertThat(client.get("api/handlers/arrived").getString("phase").getValue())
                .isEqualTo("LISTENING");
        BsonDocument entry = entries("pause").get(0);
        assertThat(entry.getString("handler").getValue()).isEqualTo("arrived");
        assertThat(entry.getString("by").getValue()).isEqualTo("whoever has the token");
    }

    @Test
    void a_rewind_says_what_comes_again_then_brings_it() {
        insert(1, 100);
        listening.awaitIdle();
        String time = Instant.now().minusSeconds(60).toString();

        assertThat(client.get("api/handlers/arrived/rewind?time=" + time)
                        .getString("warning")
                        .getValue())
                .contains("come again");
        assertThat(client.tryPost("api/handlers/arrived/rewind", "{}").statusCode())
                .isEqualTo(400);
        client.post("api/handlers/arrived/rewind", "{time: '" + time + "'}");
        listening.awaitIdle();

        assertThat(arrived).hasSizeGreaterThan(1);
    }

    @Test
    void letters_are_listed_shown_masked_and_replayed() {
        fails = true;
        for (int id = 0; id < 3; id++) {
            insert(id, 100);
        }
        listening.awaitIdle();

        BsonDocument page = client.get("api/letters?handler=arrived&state=DEAD&limit=2");
        assertThat(page.getNumber("total").longValue()).isEqualTo(3);
        assertThat(page.getArray("letters")).hasSize(2);
        assertThat(client.get("api/letters?handler=arrived&limit=2&after="
                                + page.getString("next").getValue())
                        .getArray("letters"))
                .hasSize(1);
        assertThat(client.get("api/letters?document=1").getNumber("total").longValue())
                .isEqualTo(1);
        BsonDocument row = page.getArray("letters").get(0).asDocument();
        assertThat(row.getString("exception").getValue()).isEqualTo(IllegalStateException.class.getName());
        BsonDocument letter = client.get("api/letters/" + row.getString("id").getValue());
        assertThat(letter.getDocument("event")
                        .getDocument("fullDocument")
                        .getString("qty")
                        .getValue())
                .isEqualTo("<int>");
        assertThat(letter.getString("stack").getValue()).contains("ConsoleApiTest");

        fails = false;
        String job = client.post("api/letters/replay", "{filter: {handler: 'arrived'}}")
                .getString("job")
                .getValue();
        BsonDocument ended = await().until(
                        () -> client.get("api/jobs/" + job),
                        now -> !now.getString("state").getValue().equals("RUNNING"));
        assertThat(ended.getString("state").getValue()).isEqualTo("DONE");
        assertThat(ended.getNumber("done").longValue()).isEqualTo(3);
        assertThat(client.get("api/letters").getNumber("total").longValue()).isZero();
    }

    @Test
    void letters_are_discarded_only_by_who_types_how_many() {
        fails = true;
        insert(1, 100);
        insert(2, 100);
        listening.awaitIdle();

        assertThat(client.tryPost("api/letters/discard", "{filter: {}, confirm: '1'}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(client.post("api/letters/discard", "{filter: {}, confirm: '2'}")
                        .getNumber("discarded")
                        .longValue())
                .isEqualTo(2);
    }

    @Test
    void a_replay_with_a_rate_is_cancelled() {
        fails = true;
        for (int id = 0; id < 5; id++) {
            insert(id, 100);
        }
        listening.awaitIdle();
        fails = false;

        String job = client.post("api/letters/replay", "{filter: {handler: 'arrived'}, ratePerSecond: 0.1}")
                .getString("job")
                .getValue();
        client.post("api/jobs/" + job + "/cancel", "{}");

        BsonDocument ended = await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> client.get("api/jobs/" + job),
                        now -> !now.getString("state").getValue().equals("RUNNING"));
        assertThat(ended.getString("state").getValue()).isEqualTo("CANCELLED");
        assertThat(client.get("api/letters").getNumber("total").longValue()).isPositive();
    }

    @Test
    void a_check_asks_the_server_again() {
        BsonDocument check = client.post("api/check", "{}");

        assertThat(check.getArray("checks")).isNotEmpty();
        assertThat(check.getArray("problems"))
                .noneMatch(problem ->
                        problem.asDocument().getString("severity").getValue().equals("FAILURE"));
    }

    @Test
    void the_cluster_has_this_instance() {
        BsonDocument cluster = client.get("api/cluster");

        assertThat(cluster.getArray("members")).hasSize(1);
        assertThat(cluster.getArray("units")).hasSize(2);
    }

    @Test
    void the_journal_goes_on_while_one_looks() {
        try (ConsoleEvents events = client.events("api/events")) {
            client.post("api/handlers/arrived/pause", "{}");

            await().until(
                            () -> events.named("journal"),
                            seen -> seen.stream()
                                    .anyMatch(entry ->
                                            entry.getString("kind").getValue().equals("pause")));
        }
    }

    @Test
    void the_applications_listener_is_told_of_what_operators_do_and_are_refused() {
        client.post("api/handlers/arrived/pause", "{}");
        client.tryPost("api/handlers/arrived/rewind", "{token: 'none'}");

        List<ListenerEvent.OperatorActed> told = listening.events(ListenerEvent.OperatorActed.class);
        assertThat(told)
                .extracting(ListenerEvent.OperatorActed::action, ListenerEvent.OperatorActed::handlerId)
                .containsExactly(tuple("pause", "arrived"), tuple("rewind", "arrived"));
        assertThat(told.get(0).refusal()).isNull();
        assertThat(told.get(1).refusal()).isInstanceOf(OnChangeException.class);
    }

    @Test
    void why_a_handler_failed_last_is_known_when_its_stream_was_replaced() {
        fails = true;
        insert(1, 100);
        listening.awaitIdle();

        client.post("api/handlers/arrived/pause", "{}");
        assertThat(client.get("api/handlers/arrived")
                        .getDocument("lastFailure")
                        .getString("message")
                        .getValue())
                .isEqualTo(message);
        client.post("api/handlers/arrived/resume", "{}");
        assertThat(client.get("api/handlers/arrived").get("lastFailure").isDocument())
                .isTrue();
    }

    @Test
    void replays_that_run_and_that_have_ended_are_listed() {
        fails = true;
        insert(1, 100);
        insert(2, 100);
        listening.awaitIdle();
        fails = false;
        String job = client.post("api/letters/replay", "{filter: {handler: 'arrived'}, ratePerSecond: 0.001}")
                .getString("job")
                .getValue();

        BsonDocument running = replays().get(0);
        assertThat(running.getString("job").getValue()).isEqualTo(job);
        assertThat(running.getString("state").getValue()).isEqualTo("RUNNING");
        assertThat(running.getString("by").getValue()).isEqualTo("whoever has the token");
        assertThat(running.getString("which").getValue()).contains("arrived");
        client.post("api/jobs/" + job + "/cancel", "{}");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> replays().get(0).getString("state").getValue().equals("CANCELLED"));
    }

    @Test
    void a_replay_behind_a_change_in_flight_says_what_it_waits_for() {
        fails = true;
        insert(1, 100);
        listening.awaitIdle();
        fails = false;
        Semaphore may = new Semaphore(0);
        before = may::acquireUninterruptibly;
        insert(2, 100);
        String job = client.post("api/letters/replay", "{filter: {handler: 'arrived'}}")
                .getString("job")
                .getValue();

        BsonDocument waiting = await().atMost(Duration.ofSeconds(60))
                .until(() -> client.get("api/jobs/" + job), shown -> shown.isDocument("waits"));
        assertThat(waiting.getDocument("waits").getString("handler").getValue()).isEqualTo("arrived");
        assertThat(waiting.getDocument("waits").getString("why").getValue()).contains("in flight");
        may.release(2);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> client.get("api/jobs/" + job)
                        .getString("state")
                        .getValue()
                        .equals("DONE"));
        assertThat(client.get("api/jobs/" + job).isNull("waits")).isTrue();
    }

    @Test
    void a_handler_whose_changes_all_become_letters_has_a_rate() {
        fails = true;
        AtomicInteger id = new AtomicInteger();

        await().atMost(Duration.ofSeconds(60)).until(() -> {
            insert(id.incrementAndGet(), 100);
            return client.get("api/handlers/arrived").getNumber("ratePerSecond").doubleValue() > 0;
        });
    }

    @Test
    void large_messages_are_cut_in_lists_and_pages_with_large_ids_are_short() {
        message = "x".repeat(50_000);
        fails = true;
        for (int id = 0; id < 4; id++) {
            listening.run(database.getCollection("stock")
                    .insertOne(new Document("_id", id + "y".repeat(400_000)).append("qty", 100)));
        }
        listening.awaitIdle();

        BsonDocument page = client.get("api/letters");

        assertThat(page.getNumber("total").longValue()).isEqualTo(4);
        assertThat(page.getArray("letters")).hasSize(3);
        assertThat(page.getArray("letters")
                        .get(0)
                        .asDocument()
                        .getString("message")
                        .getValue())
                .hasSizeLessThan(1_100);
        assertThat(client.get("api/letters?after=" + page.getString("next").getValue())
                        .getArray("letters"))
                .hasSize(1);
    }

    private List<BsonDocument> replays() {
        return client.get("api/jobs").getArray("replays").stream()
                .map(BsonValue::asDocument)
                .toList();
    }

    private List<BsonDocument> entries(String kind) {
        return client.get("api/journal").getArray("entries").stream()
                .map(BsonValue::asDocument)
                .filter(entry -> entry.getString("kind").getValue().equals(kind))
                .toList();
    }

    private void insert(int id, int qty) {
        listening.run(database.getCollection("stock").insertOne(new Document("_id", id).append("qty", qty)));
    }

    private final List<Document> arrived = new CopyOnWriteArrayList<>();
    private volatile boolean fails;
    private volatile Runnable before = () -> {};
    private volatile String message = "no room for it";

    final class Shop {

        @OnChange(id = "arrived", collection = "stock", operation = "insert", retry = @Retry(attempts = 1))
        void arrived(Document stock) {
            before.run();
            if (fails) {
                throw new IllegalStateException(message);
            }
            arrived.add(stock);
        }

        @OnChange(id = "low", collection = "stock", match = "{'fullDocument.qty': {$lt: 10}}")
        void low() {}
    }
}
