package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CollationStrength;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.HandlerTimeoutException;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.ResumeToken;
import dev.onchange.Retry;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenerEvent.ChangeDeadLettered;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import dev.onchange.testing.Received;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Switches, pauses at the start, time-outs, comments and collations of single handlers. */
@OnChangeTest
class DeclarationsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    @Inject
    MongoClient client;

    static class Switched {

        @OnChange(id = "switched", collection = "items", enabled = "${items.enabled:true}")
        void on(ChangeEvent<Document> change) {}

        @OnChange(id = "other", collection = "items")
        void other(ChangeEvent<Document> change) {}
    }

    @Test
    void a_handler_is_switched_off_by_a_placeholder_and_goes_on_where_it_was_when_switched_on() {
        listening.start(new Switched());
        insert(1);
        listening.awaitIdle();

        ChangeListeners off = listening.start(
                listening.builder(new Switched()).placeholders(name -> name.equals("items.enabled") ? "false" : null));
        insert(2);
        listening.awaitIdle();

        assertThat(off.status().handlers()).extracting(HandlerStatus::id).containsExactly("other");
        assertThat(off.plan().notices())
                .filteredOn(notice -> notice.code() == ProblemCode.HANDLER_SWITCHED_OFF)
                .hasSize(1);
        assertThat(listening.received("switched")).hasSize(1);

        listening.start(new Switched());
        listening.awaitIdle();

        assertThat(listening.received("switched")).hasSize(2);
    }

    @Test
    void listeners_of_which_every_handler_is_switched_off_start_and_do_nothing() {
        ChangeListeners listeners =
                listening.start(listening.builder().on("items").enabled(false).handle(change -> {}));

        assertThat(listeners.status().handlers()).isEmpty();
        assertThat(listeners.status().healthy()).isTrue();
    }

    static class Paused {

        @OnChange(id = "paused", collection = "items", paused = "true")
        void on(ChangeEvent<Document> change) {}
    }

    @Test
    void a_handler_that_starts_paused_goes_on_from_its_start_when_it_is_resumed() {
        ChangeListeners listeners = listening.start(
                listening.builder(new Paused()).on("items").id("other").handle(change -> {}));
        insert(1);
        listening.awaitIdle();

        assertThat(listeners.status().handler("paused").phase()).isEqualTo(HandlerStatus.Phase.PAUSED);
        assertThat(listeners.plan().streams())
                .allSatisfy(stream -> assertThat(stream.handlerIds()).containsExactly("other"));

        listeners.resume("paused");
        listening.awaitIdle();

        assertThat(listening.received("paused")).hasSize(1);
    }

    @Test
    void a_handler_that_is_registered_later_may_start_paused_too() {
        ChangeListeners listeners =
                listening.start(listening.builder().on("items").id("other").handle(change -> {}));
        listeners.register(new Paused());
        insert(1);
        listening.awaitIdle();

        assertThat(listening.received("paused")).isEmpty();
        listeners.resume("paused");
        listening.awaitIdle();

        assertThat(listening.received("paused")).hasSize(1);
    }

    static class Slow {

        final CountDownLatch never = new CountDownLatch(1);

        @OnChange(id = "slow", collection = "items", timeout = "50ms", retry = @Retry(attempts = 1))
        void on(ChangeEvent<Document> change) throws InterruptedException {
            never.await();
        }
    }

    @Test
    void a_call_ends_after_the_time_out_of_its_handler() {
        listening.start(new Slow());

        insert(1);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(listening.events(ChangeDeadLettered.class))
                        .singleElement()
                        .satisfies(letter -> assertThat(letter.failure()).isInstanceOf(HandlerTimeoutException.class)));
    }

    @Test
    void a_collation_decides_what_the_filter_of_a_handler_matches() {
        ChangeListeners listeners = listening.start(listening
                .builder()
                .on("items")
                .id("ignores case")
                .operation("insert")
                .match(Filters.eq("fullDocument.name", "nails"))
                .collation(Collation.builder()
                        .locale("en")
                        .collationStrength(CollationStrength.SECONDARY)
                        .build())
                .handle(change -> {})
                .on("items")
                .id("exact")
                .operation("insert")
                .match(Filters.eq("fullDocument.name", "nails"))
                .handle(change -> {}));

        listening.run(database.getCollection("items").insertOne(new Document("name", "NAILS")));
        listening.run(database.getCollection("items").insertOne(new Document("name", "nails")));
        listening.awaitIdle();

        assertThat(listening.received()).extracting(Received::handlerId).containsOnlyOnce("exact");
        assertThat(listening.received("ignores case")).hasSize(2);
        assertThat(listeners.plan().streams())
                .hasSize(2)
                .anyMatch(stream -> stream.reason().contains("collation"));
    }

    @Test
    void the_server_shows_the_comment_of_a_handler() {
        listening.start(
                listening.builder().on("items").comment("for the warehouse").handle(change -> {}));

        await().atMost(PATIENCE).until(() -> !currentOps("for the warehouse").isEmpty());
    }

    private List<Document> currentOps(String comment) {
        return reactor.core.publisher.Flux.from(client.getDatabase("admin")
                        .aggregate(List.of(
                                new Document("$currentOp", new Document("idleCursors", true)),
                                new Document(
                                        "$match",
                                        new Document(
                                                "$or",
                                                List.of(
                                                        Filters.regex("cursor.originatingCommand.comment", comment)
                                                                .toBsonDocument(),
                                                        Filters.regex("command.comment", comment)
                                                                .toBsonDocument()))))))
                .collectList()
                .blockOptional()
                .orElseThrow();
    }

    @Test
    void what_cannot_be_meant_is_refused_at_its_place() {
        assertThatThrownBy(() -> listening.builder(new Wrong()).plan())
                .isInstanceOfSatisfying(
                        OnChangeException.class,
                        refusal -> assertThat(refusal.problems())
                                .extracting(Problem::where)
                                .map(where -> where.replaceFirst(".* @OnChange", ""))
                                .containsExactlyInAnyOrder("(enabled)", "(paused)", "(timeout)", "(collation)"));
    }

    static class Parts {

        final Queue<List<Object>> seen = new ConcurrentLinkedQueue<>();

        @OnChange(id = "parts", collection = "items")
        void on(
                OperationType operation,
                MongoNamespace namespace,
                BsonTimestamp clusterTime,
                ResumeToken token,
                ChangeEvent<Document> change) {
            seen.add(List.of(
                    operation,
                    namespace,
                    clusterTime.equals(change.clusterTime()),
                    token.document().equals(change.resumeToken())));
        }
    }

    @Test
    void parts_of_a_change_may_be_taken_as_parameters() {
        Parts parts = new Parts();
        listening.start(parts);

        insert(1);
        listening.awaitIdle();

        assertThat(parts.seen)
                .containsExactly(
                        List.of(OperationType.INSERT, new MongoNamespace(database.getName(), "items"), true, true));
    }

    static class Wrong {

        @OnChange(collection = "items", enabled = "yes", paused = "no", timeout = "0s", collation = "{strength: 2}")
        void on(ChangeEvent<Document> change) {}
    }

    private void insert(int id) {
        listening.run(database.getCollection("items").insertOne(new Document("_id", id)));
    }
}
