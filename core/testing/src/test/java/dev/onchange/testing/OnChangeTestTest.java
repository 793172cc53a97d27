package dev.onchange.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.status.HandlerStatus.Counts;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.StreamStatus;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

@OnChangeTest
class OnChangeTestTest {

    @Handlers
    private final Stock stock = new Stock();

    @Inject
    MongoDatabase database;

    private final List<Document> own = new CopyOnWriteArrayList<>();

    @OnChange(id = "own", collection = "own", operation = "insert")
    void own(Document document) {
        own.add(document);
    }

    @BeforeEach
    void write_something(Listening listening) {
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 0)));
    }

    @Test
    void handlers_of_fields_and_of_the_test_itself_receive_what_was_written_before_idleness(Listening listening) {
        listening.run(database.getCollection("own").insertOne(new Document("_id", 1)));

        listening.awaitIdle();

        assertThat(stock.seen).containsExactly(0);
        assertThat(own).containsExactly(new Document("_id", 1));
    }

    @Test
    void uuids_are_written_in_the_standard_form_and_read_as_such(Listening listening) {
        UUID id = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

        listening.run(database.getCollection("own").insertOne(new Document("_id", id)));
        listening.awaitIdle();

        assertThat(own).containsExactly(new Document("_id", id));
        assertThat(HandlerHarness.of("any", this).feed(TestChange.insert("any.own", new Document("_id", id))))
                .singleElement()
                .satisfies(call -> assertThat(call.failure()).isNull());
        assertThat(own).hasSize(2).containsOnly(new Document("_id", id));
    }

    @Test
    void idleness_includes_all_changes_of_a_transaction(Listening listening, MongoClient client) {
        List<Integer> many = IntStream.rangeClosed(1, 500).boxed().toList();
        ClientSession session = listening.run(client.startSession());
        session.startTransaction();
        listening.run(database.getCollection("stock")
                .insertMany(
                        session, many.stream().map(i -> new Document("_id", i)).toList()));
        listening.run(session.commitTransaction());

        listening.awaitProcessed(session);

        assertThat(stock.seen).contains(0).containsAll(many);
    }

    @Test
    void a_change_can_be_waited_for_by_its_token(Listening listening, ChangeListeners listeners) {
        listening.awaitIdle();
        Received first = listening.received("stock").get(0);
        listeners.pause("own");

        listening.awaitProcessed(first.event().getDocument("_id"));

        assertThat(first.operation()).isEqualTo("insert");
        assertThat(first.documentKey().getInt32("_id").getValue()).isZero();
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(first.failure()).isNull();
    }

    @Test
    void every_test_has_a_database_of_its_own() {
        assertThat(Mono.from(database.getCollection("stock").countDocuments()).block())
                .isEqualTo(1);
    }

    @Test
    void calls_fail_as_planned_and_are_noted(Listening listening, Faults faults, ChangeListeners listeners) {
        listening.awaitIdle();
        faults.failNext("stock", 2);
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 1)));

        listening.awaitIdle();

        assertThat(stock.seen).containsExactly(0, 1);
        assertThat(listening.received("stock"))
                .extracting(Received::attempt, received -> received.failure() instanceof InjectedFault)
                .containsExactly(tuple(1, false), tuple(1, true), tuple(2, true), tuple(3, false));
        assertThat(listeners.status().handler("stock").counts()).isEqualTo(new Counts(2, 2, 0, 0, 0));
    }

    @Test
    void a_fault_of_a_handler_that_there_is_not_is_refused(Faults faults) {
        assertThatThrownBy(() -> faults.failNext("stocks", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No handler has the id \"stocks\". There are: stock, own.");
    }

    @Test
    void a_change_whose_attempts_all_fail_is_told_as_a_dead_letter(
            Listening listening, Faults faults, ChangeListeners listeners) {
        listening.awaitIdle();
        faults.failNext("stock", 3, () -> new IllegalStateException("closed today"));
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 1)));

        listening.awaitIdle();

        assertThat(listening.events(ListenerEvent.ChangeDeadLettered.class))
                .singleElement()
                .satisfies(dead -> assertThat(dead.failure()).hasMessage("closed today"));
        assertThat(listeners.deadLetters().count(DeadLetterFilter.all()).block())
                .isEqualTo(1);
    }

    @Test
    void nothing_is_lost_when_streams_are_cut(Listening listening, Faults faults, ChangeListeners listeners) {
        faults.cutStreams();
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 1)));

        listening.awaitIdle();

        assertThat(stock.seen).containsExactly(0, 1);
        assertThat(listening.events(ListenerEvent.StreamReopening.class)).isNotEmpty();
        assertThat(listeners.status().streams()).allMatch(stream -> stream.phase() == StreamStatus.Phase.OPEN);
    }

    @Test
    void positions_that_cannot_be_saved_are_saved_later(Listening listening, Faults faults) {
        faults.failSaves(1);
        listening.awaitIdle();
        await().until(() ->
                !listening.events(ListenerEvent.PositionsNotSaved.class).isEmpty());

        listening.stop();
        stock.seen.clear();
        listening.start(stock);
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 1)));
        listening.awaitIdle();

        assertThat(stock.seen).containsExactly(1);
        assertThat(listening.events(ListenerEvent.PositionsNotSaved.class)).hasSize(1);
    }

    @Test
    void with_its_position_dropped_a_handler_begins_anew(Listening listening, Faults faults) {
        listening.awaitIdle();
        listening.stop();
        faults.dropPositions();
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 1)));
        listening.start(stock);
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 2)));

        listening.awaitIdle();

        assertThat(stock.seen).containsExactly(0, 2);
    }

    @Nested
    class WithMore {

        private final List<Document> more = new CopyOnWriteArrayList<>();

        @OnChange(id = "more", collection = "stock")
        void more(Document document) {
            more.add(document);
        }

        @Test
        void a_nested_class_adds_handlers_to_those_around_it(Listening listening) {
            listening.awaitIdle();

            assertThat(stock.seen).containsExactly(0);
            assertThat(more).containsExactly(new Document("_id", 0));
        }
    }

    static final class Stock {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(
                id = "stock",
                collection = "stock",
                operation = "insert",
                retry = @Retry(attempts = 3, backoff = "1ms"))
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
