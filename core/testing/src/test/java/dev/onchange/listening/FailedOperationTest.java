package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.Registration;
import dev.onchange.checkpoint.ForwardingStore;
import dev.onchange.checkpoint.InMemoryCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.StreamStatus;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What the server makes impossible in the midst of an operation. */
@OnChangeTest
class FailedOperationTest {

    private static final int UNAUTHORIZED = 13;
    private static final int SHUTTING_DOWN = 91;

    @Inject
    Listening listening;

    @Inject
    LocalMongo mongo;

    @Inject
    MongoDatabase database;

    private final Items items = new Items();
    private final Others others = new Others();

    @Test
    void handlers_whose_streams_cannot_be_opened_again_are_told_of_and_go_on_where_they_were_when_resumed() {
        ChangeListeners listeners = listening.start(items, others);
        insert(1);
        listening.awaitIdle();

        try (FailPoint refusing = failing(UNAUTHORIZED)) {
            assertThatThrownBy(() -> listeners.pause("items")).isInstanceOf(OnChangeException.class);

            assertThat(listeners.status().healthy()).isFalse();
            assertThat(listeners.status().handlers()).allSatisfy(handler -> {
                assertThat(handler.phase()).isEqualTo(HandlerStatus.Phase.STOPPED);
                assertThat(handler.reason()).isNotNull();
            });
            insert(2);
        }
        listeners.resume("items");
        listeners.resume("others");
        insert(3);
        listening.awaitIdle();

        assertThat(listeners.status().healthy()).isTrue();
        assertThat(items.seen).containsExactly(1, 2, 3);
        assertThat(others.seen).containsExactly(1, 2, 3);
    }

    @Test
    void a_later_registration_does_not_let_them_begin_anew() {
        ChangeListeners listeners = listening.start(items, others);
        insert(1);
        listening.awaitIdle();
        try (FailPoint refusing = failing(UNAUTHORIZED)) {
            assertThatThrownBy(() -> listeners.pause("items")).isInstanceOf(OnChangeException.class);
        }
        insert(2);

        Later later = new Later();
        listeners.register(later);
        listeners.resume("items");
        listeners.resume("others");
        listening.awaitIdle();

        assertThat(items.seen).containsExactly(1, 2);
        assertThat(others.seen).containsExactly(1, 2);
        assertThat(later.seen).isEmpty();
    }

    @Test
    void a_handler_is_paused_while_the_server_is_away_and_the_streams_of_the_others_come_back_with_it() {
        MongoClientSettings impatient = MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(mongo.connectionString()))
                .applicationName(database.getName())
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(300, TimeUnit.MILLISECONDS))
                .applyToServerSettings(server -> server.heartbeatFrequency(500, TimeUnit.MILLISECONDS))
                .build();
        try (ChangeListeners listeners = ChangeListeners.builder(impatient)
                .database(database.getName())
                .stateDatabase(database.getName() + "_state")
                .maxAwaitTime(Duration.ofMillis(50))
                .answerTimeout(Duration.ofSeconds(3))
                .handlers(items, others)
                .start()) {
            insert(1);
            await().until(() -> items.seen.contains(1) && others.seen.contains(1));

            try (FailPoint away = failing(SHUTTING_DOWN)) {
                listeners.pause("items");

                assertThat(listeners.status().handler("items").phase()).isEqualTo(HandlerStatus.Phase.PAUSED);
                assertThat(listeners.status().streams())
                        .extracting(StreamStatus::phase)
                        .doesNotContain(StreamStatus.Phase.OPEN, StreamStatus.Phase.CLOSED);
                assertThatThrownBy(() -> listeners.resume("items")).hasMessageContaining("ONC-1203");
            }
            insert(2);
            await().atMost(Duration.ofMinutes(1)).until(() -> others.seen.contains(2));
            assertThat(items.seen).containsExactly(1);
            listeners.resume("items");
            await().atMost(Duration.ofMinutes(1)).until(() -> items.seen.contains(2));

            assertThat(items.seen).containsExactly(1, 2);
            assertThat(others.seen).containsExactly(1, 2);
        }
    }

    @Test
    void a_close_does_not_wait_for_an_operation_that_waits_for_the_server() {
        ChangeListeners listeners = listening.start(items, others);
        listeners.pause("items");
        try (FailPoint away = failing(SHUTTING_DOWN)) {
            CompletableFuture<Void> resume = CompletableFuture.runAsync(() -> listeners.resume("items"));
            await().until(() -> listeners.status().streams().stream()
                    .anyMatch(stream -> stream.phase() == StreamStatus.Phase.REOPENING));

            listeners.close();

            assertThat(resume).isCompletedExceptionally();
        }
        insert(1);
        listening.start(items, others).resume("items");
        await().until(() -> items.seen.contains(1));
    }

    @Test
    void a_registration_can_be_closed_while_positions_cannot_be_saved_and_nothing_comes_again() {
        ChangeListeners listeners = listening.start(items);
        Registration registration = listeners.register(others);
        insert(1);
        await().until(() -> others.seen.contains(1) && items.seen.contains(1));

        listening.faults().failSaves(Integer.MAX_VALUE);
        registration.close();
        registration.close();
        assertThat(listeners.status().handlers()).extracting(HandlerStatus::id).containsExactly("items");
        listening.faults().failSaves(0);
        insert(2);
        listeners.register(others);
        listening.awaitIdle();

        assertThat(others.seen).containsExactly(1, 2);
    }

    @Test
    void a_handler_counts_as_begun_for_other_instances_only_when_where_it_begins_is_saved() {
        RefusingStore store = new RefusingStore("others");
        ChangeListeners listeners = listening.start(listening.builder(items).checkpoints(store));

        listeners.register(others);
        await().until(() -> store.refused.get() > 2);

        assertThat(isListening(listeners, "others")).isFalse();
        store.refusing = false;
        await().until(() -> isListening(listeners, "others"));
    }

    /** Saves no positions of one handler. */
    private static final class RefusingStore extends ForwardingStore {

        private final String handlerId;
        final AtomicInteger refused = new AtomicInteger();
        volatile boolean refusing = true;

        RefusingStore(String handlerId) {
            super(new InMemoryCheckpointStore());
            this.handlerId = handlerId;
        }

        @Override
        public Mono<Void> save(Map<String, Position> positions) {
            return Mono.defer(() -> {
                if (refusing && positions.containsKey(handlerId)) {
                    refused.incrementAndGet();
                    return Mono.error(new IllegalStateException("not now"));
                }
                return super.save(positions);
            });
        }
    }

    private static boolean isListening(ChangeListeners listeners, String id) {
        return listeners.status().cluster().handlers().stream()
                .anyMatch(handler -> handler.id().equals(id) && handler.listening());
    }

    @Test
    void who_is_told_of_an_operation_may_close_the_listeners_but_not_begin_another_one() {
        AtomicReference<ChangeListeners> open = new AtomicReference<>();
        AtomicReference<OnChangeException> refusal = new AtomicReference<>();
        ChangeListeners listeners =
                listening.start(listening.builder(items, others).listener(event -> {
                    if (event instanceof ListenerEvent.StreamClosed && refusal.get() == null) {
                        refusal.set(catchThrowableOfType(
                                OnChangeException.class, () -> open.get().resume("items")));
                        open.get().close();
                    }
                }));
        open.set(listeners);

        assertThatThrownBy(() -> listeners.pause("items")).isInstanceOf(IllegalStateException.class);
        listeners.close();

        assertThat(refusal.get()).hasMessageContaining(ProblemCode.CALLED_FROM_HANDLER.id());
        insert(1);
        // that it is to be paused may have been kept before the close
        listening.start(items).resume("items");
        await().atMost(Duration.ofMinutes(1)).until(() -> items.seen.contains(1));
    }

    private FailPoint failing(int code) {
        return mongo.failPoint(
                "failCommand",
                "alwaysOn",
                new Document("failCommands", List.of("aggregate"))
                        .append("appName", database.getName())
                        .append("errorCode", code));
    }

    private void insert(int id) {
        listening.run(database.getCollection("items").insertOne(new Document("_id", id)));
    }

    static final class Items {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "items", collection = "items", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Others {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "others", collection = "items", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }

    static final class Later {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "later", collection = "later", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
