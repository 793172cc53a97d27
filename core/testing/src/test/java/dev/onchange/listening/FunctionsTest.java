package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Exhausted;
import dev.onchange.HandlerBuilder;
import dev.onchange.OnChangeException;
import dev.onchange.Ordering;
import dev.onchange.Registration;
import dev.onchange.RetryPolicy;
import dev.onchange.StartFrom;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Handlers without annotations can do what annotated ones can, and are refused in the same words. */
@OnChangeTest
class FunctionsTest {

    private static final RetryPolicy SOON =
            RetryPolicy.DEFAULT.withAttempts(2).withBackoff(Duration.ofMillis(1), Duration.ofMillis(1));

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final List<Object> seen = new CopyOnWriteArrayList<>();

    @Test
    void a_function_receives_what_it_describes_decoded_to_its_type() {
        listening.start(listening
                .builder()
                .on("stock")
                .operation("update")
                .match(Filters.lt("updateDescription.updatedFields.qty", 10))
                .payload(Item.class)
                .fullDocument(FullDocument.UPDATE_LOOKUP)
                .handle(change -> seen.add(change.fullDocument())));
        insert(new Document("_id", 1).append("qty", 5));
        listening.run(stock().updateOne(Filters.eq(1), Updates.set("qty", 20)));
        listening.run(stock().updateOne(Filters.eq(1), Updates.set("qty", 3)));

        listening.awaitIdle();

        assertThat(seen).containsExactly(new Item(1, 3));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void what_goes_on_and_cannot_be_waited_for_stops_the_handler_before_the_change(boolean transactional) {
        HandlerBuilder<Document, ChangeListenersBuilder> stock =
                listening.builder().on("stock").id("stock");
        FutureTask<Void> goesOn = new FutureTask<>(() -> null);
        ChangeListeners listeners = listening.start(
                transactional
                        ? stock.handleInTransaction((change, session) -> goesOn)
                        : stock.handleAsync(change -> goesOn));
        insert(new Document("_id", 1));

        await().until(() -> listeners.status().handler("stock").phase() == HandlerStatus.Phase.STOPPED);

        assertThat(listeners.status().handler("stock").reason())
                .hasStackTraceContaining(ProblemCode.RETURN_NOT_AWAITED.id())
                .hasStackTraceContaining("java.util.concurrent.FutureTask");
        assertThat(listeners.status().handler("stock").counts()).isEqualTo(new HandlerStatus.Counts(0, 0, 0, 0, 0));
    }

    @Test
    void a_value_in_a_filter_is_the_text_that_it_is_and_an_empty_one_is_refused() {
        String name = "O'Brien', $where: '1";
        listening.start(listening
                .builder()
                .placeholders(Map.of("name", name)::get)
                .on("stock")
                .match("{ 'fullDocument.name': '${name}' }")
                .handle(change -> seen.add(change.fullDocument().get("name"))));
        insert(new Document("_id", 1).append("name", "x"));
        insert(new Document("_id", 2).append("name", name));

        listening.awaitIdle();

        assertThat(seen).containsExactly(name);
        ChangeListenersBuilder empty = listening
                .builder()
                .placeholders(placeholder -> "")
                .on("${stock}")
                .match("${filter}")
                .handle(change -> seen.add(change));
        assertThatThrownBy(empty::plan)
                .isInstanceOfSatisfying(
                        OnChangeException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(problem -> problem.code())
                                .containsExactly(ProblemCode.UNKNOWN_PLACEHOLDER, ProblemCode.UNKNOWN_PLACEHOLDER));
    }

    @Test
    void an_asynchronous_function_has_to_return_something_that_can_be_waited_for() {
        ChangeListeners listeners =
                listening.start(listening.builder().on("stock").id("stock").handleAsync(change -> new Object()));
        insert(new Document("_id", 1));

        await().until(() -> listeners.status().handler("stock").phase() == HandlerStatus.Phase.STOPPED);

        assertThat(listeners.status().handler("stock").reason())
                .hasStackTraceContaining(ProblemCode.RETURN_NOT_AWAITED.id());
    }

    @Test
    void a_filter_as_text_and_one_that_the_driver_builds_mean_the_same() {
        listening.start(listening
                .builder()
                .on("stock")
                .id("text")
                .match("{ 'fullDocument.name': '\\${x}' }")
                .handle(change -> seen.add("text"))
                .on("stock")
                .id("built")
                .match(Filters.eq("fullDocument.name", "${x}"))
                .handle(change -> seen.add("built")));
        insert(new Document("_id", 1).append("name", "x"));
        insert(new Document("_id", 2).append("name", "${x}"));

        listening.awaitIdle();

        assertThat(seen).containsExactlyInAnyOrder("text", "built");
    }

    @Test
    void functions_come_and_go_while_listening_and_keep_their_position() {
        ChangeListeners listeners =
                listening.start(listening.builder().on("other").handle(change -> seen.add("other")));
        Registration first = listeners.on("stock").id("later").handle(change -> seen.add("first " + key(change)));
        insert(new Document("_id", 1));
        listening.awaitIdle();
        first.close();
        insert(new Document("_id", 2));

        Registration second = listeners.on("stock").id("later").handle(change -> seen.add("second " + key(change)));
        listening.awaitIdle();

        assertThat(seen).containsExactly("first 1", "second 2");
        assertThat(second.handlerIds()).containsExactly("later");
    }

    @Test
    void without_an_id_a_functions_position_is_kept_under_what_it_watches() {
        ChangeListeners listeners = listening.start(listening
                .builder()
                .on("stock")
                .handle(change -> seen.add(1))
                .onDatabase()
                .handle(change -> {}));

        assertThat(listeners.status().handlers())
                .extracting(HandlerStatus::id)
                .containsExactly("on(" + database.getName() + ".stock)", "onDatabase(" + database.getName() + ")");
        assertThatThrownBy(() -> listeners.on("stock").operation("insert").handle(change -> {}))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining(ProblemCode.DUPLICATE_ID.id())
                .hasMessageContaining("on(" + database.getName() + ".stock).id(…)");
    }

    @Test
    void what_a_function_returns_is_awaited_and_a_failure_in_it_is_retried() {
        ChangeListeners listeners = listening.start(listening
                .builder()
                .on("stock")
                .id("mono")
                .retry(SOON)
                .handleAsync((change, attempt) -> attempt.isLast()
                        ? Mono.fromRunnable(() -> seen.add("mono"))
                        : Mono.error(new IllegalStateException("not yet")))
                .on("stock")
                .id("stage")
                .handleAsync(change -> CompletableFuture.supplyAsync(() -> seen.add("stage"))));
        insert(new Document("_id", 1));

        listening.awaitIdle();

        assertThat(seen).containsExactlyInAnyOrder("mono", "stage");
        assertThat(listeners.status().handler("mono").counts()).isEqualTo(new HandlerStatus.Counts(1, 1, 0, 0, 0));
    }

    @Test
    void a_function_that_fails_for_good_leaves_a_dead_letter_or_stops() {
        ChangeListeners listeners = listening.start(listening
                .builder()
                .on("stock")
                .id("letters")
                .retry(SOON)
                .handle(change -> {
                    throw new IllegalStateException("broken");
                })
                .on("stock")
                .id("stops")
                .retry(RetryPolicy.DEFAULT.withAttempts(1))
                .exhausted(Exhausted.STOP)
                .handle((change, attempt) -> {
                    throw new IllegalStateException("broken at " + attempt.number());
                }));
        insert(new Document("_id", 1));

        listening.awaitIdle();

        assertThat(listeners.deadLetters().count(DeadLetterFilter.all()).block())
                .isEqualTo(1);
        assertThat(listeners.status().handler("stops").phase()).isEqualTo(HandlerStatus.Phase.STOPPED);
        assertThat(listeners.status().handler("stops").reason()).hasStackTraceContaining("broken at 1");
    }

    @Test
    void what_a_function_writes_in_its_transaction_commits_with_the_change() {
        listening.run(database.createCollection("copies"));
        ChangeListeners listeners =
                listening.start(listening.builder().on("other").handle(change -> {}));
        MongoCollection<Document> copies =
                listeners.client().getDatabase(database.getName()).getCollection("copies");
        listeners
                .on("stock")
                .id("copy")
                .handleInTransaction((change, session) -> copies.insertOne(session, new Document("_id", key(change))));
        insert(new Document("_id", 7));

        listening.awaitIdle();

        assertThat(listening.run(database.getCollection("copies").find())).isEqualTo(new Document("_id", 7));
    }

    @Test
    void a_function_may_have_stages_of_its_own_an_order_and_an_early_start() {
        insert(new Document("_id", 1).append("qty", 5));
        listening.start(listening
                .builder()
                .on("stock")
                .operation("insert")
                .pipeline(Aggregates.project(Projections.include("fullDocument.qty")))
                .ordering(Ordering.NONE)
                .concurrency(2)
                .startFrom(StartFrom.EARLIEST)
                .handle(change -> seen.add(change.fullDocument())));

        listening.awaitIdle();

        assertThat(seen).containsExactly(new Document("qty", 5));
    }

    @Test
    void a_function_is_refused_by_the_rules_and_in_the_words_of_annotations() {
        String stock = "on(" + database.getName() + ".stock)";

        assertThatThrownBy(() -> listening
                        .builder()
                        .on("stock")
                        .operation("upsert")
                        .match("{ qty: { $less: 10 } }")
                        .handle(change -> {})
                        .on("stock")
                        .id("${nobody.knows}")
                        .concurrency(0)
                        .handle(change -> {})
                        .onDeployment()
                        .database("shop")
                        .handle(change -> {})
                        .start())
                .isInstanceOfSatisfying(
                        OnChangeException.class,
                        refusal -> assertThat(refusal.problems())
                                .extracting(problem -> problem.code() + " " + problem.where())
                                .containsExactlyInAnyOrder(
                                        "UNKNOWN_OPERATION " + stock + ".operation(…)",
                                        "UNKNOWN_PLACEHOLDER on(.stock).id(${nobody.knows}).id(…)",
                                        "INVALID_ATTRIBUTE " + stock + ".id(${nobody.knows}).concurrency(…)",
                                        "CONTRADICTORY_SCOPE onDeployment().scope(…)"));
        assertThatThrownBy(() -> listening
                        .builder()
                        .on("stock")
                        .match("{ qty: { $less: 10 } }")
                        .handle(change -> {})
                        .start())
                .hasMessageContaining(ProblemCode.INVALID_MATCH.id() + " " + stock + ".match(…)");
    }

    private MongoCollection<Document> stock() {
        return database.getCollection("stock");
    }

    private void insert(Document document) {
        listening.run(stock().insertOne(document));
    }

    private static int key(ChangeEvent<?> change) {
        return change.documentKey().getInt32("_id").getValue();
    }

    record Item(@BsonId int id, int qty) {}
}
