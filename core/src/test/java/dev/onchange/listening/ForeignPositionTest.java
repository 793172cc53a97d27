package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.HistoryLost;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.InMemoryCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.ResumeTokens;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Positions that are not of the server's history, as after state was restored from another deployment. */
class ForeignPositionTest {

    private final Ground ground = new Ground();
    private final InMemoryCheckpointStore store = new InMemoryCheckpointStore();
    private final Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();
    private final Shop shop = new Shop();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void a_kept_position_later_than_the_servers_time_is_refused() {
        keep("items", Position.at(inAnHour()));

        Problem problem = refusal(() -> builder().start());

        assertThat(problem.code()).isEqualTo(ProblemCode.POSITION_FOREIGN);
        assertThat(problem.where()).contains("items");
    }

    @Test
    void with_that_chosen_its_handler_begins_now_and_the_other_of_its_stream_where_it_was() {
        Position before = now();
        ground.insert("others", 1);
        keep("items", Position.at(inAnHour()));
        keep("others", before);

        try (ChangeListeners listeners =
                builder().onForeignPosition(HistoryLost.RESTART_NOW).start()) {
            ground.insert("items", 2);

            await().untilAsserted(() -> assertThat(shop.items).containsExactly(2));
            await().untilAsserted(() -> assertThat(shop.others).containsExactly(1));
            assertThat(events)
                    .filteredOn(ListenerEvent.PositionForeign.class::isInstance)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            ListenerEvent.PositionForeign.class,
                            told -> assertThat(told.handlerIds()).containsExactly("items"));
            assertThat(listeners.plan().streams()).hasSize(1);
        }
    }

    @Test
    void the_token_of_a_change_that_the_oplog_does_not_have_is_refused() {
        keep("items", tokenOfNoChange());

        assertThat(refusal(() -> builder().start()).code()).isEqualTo(ProblemCode.POSITION_FOREIGN);
    }

    @Test
    void with_that_chosen_a_handler_with_such_a_token_begins_now() {
        keep("items", tokenOfNoChange());

        try (ChangeListeners listeners =
                builder().onForeignPosition(HistoryLost.RESTART_NOW).start()) {
            ground.insert("items", 3);

            await().untilAsserted(() -> assertThat(shop.items).containsExactly(1, 3));
        }
    }

    @Test
    void a_kept_token_that_the_server_cannot_read_is_refused_as_foreign() {
        keep(
                "items",
                new Position(new BsonDocument("_data", new BsonString("82zz")), now().clusterTime(), fingerprint()));

        Problem problem = refusal(() -> builder().start());

        assertThat(problem.code()).isEqualTo(ProblemCode.POSITION_FOREIGN);
        assertThat(problem.where()).contains("items");
    }

    @Test
    void a_token_of_the_users_that_the_server_cannot_read_is_called_so() {
        BsonDocument garbage = new BsonDocument("_data", new BsonString("no token"));

        assertThat(refusal(() -> builder().resumeAfter("items", garbage).start())
                        .code())
                .isEqualTo(ProblemCode.RESUME_TOKEN_REFUSED);
        assertThat(refusal(() -> ground.builder(new Shop.Items(shop))
                                .resumeAfter("items", garbage)
                                .start())
                        .code())
                .isEqualTo(ProblemCode.RESUME_TOKEN_REFUSED);
    }

    @Test
    void a_start_in_the_future_is_refused_and_one_at_this_second_is_not() {
        Instant future = Instant.now().plus(Duration.ofHours(1));

        assertThat(refusal(() -> builder().startAt("items", future).start()).code())
                .isEqualTo(ProblemCode.POSITION_FOREIGN);

        try (ChangeListeners listeners =
                builder().startAt("items", Instant.now()).start()) {
            ground.insert("items", 1);
            await().untilAsserted(() -> assertThat(shop.items).containsExactly(1));
        }
    }

    @Test
    void a_rewind_into_the_future_or_to_no_token_is_refused_and_leaves_everything_as_it_was() {
        try (ChangeListeners listeners = builder().start()) {
            events.clear();

            assertThat(refusal(() -> listeners.rewind("items", Instant.now().plus(Duration.ofHours(1))))
                            .code())
                    .isEqualTo(ProblemCode.POSITION_FOREIGN);
            assertThat(refusal(() -> listeners.rewind("items", new BsonDocument("_data", new BsonString("no token"))))
                            .code())
                    .isEqualTo(ProblemCode.RESUME_TOKEN_REFUSED);

            assertThat(events).noneMatch(ListenerEvent.StreamClosed.class::isInstance);
            ground.insert("items", 1);
            await().untilAsserted(() -> assertThat(shop.items).containsExactly(1));
        }
    }

    private ChangeListenersBuilder builder() {
        return ground.builder(shop).checkpoints(store).listener(events::add);
    }

    private void keep(String id, Position position) {
        store.rewind(id, position).block();
    }

    /** The position of a real change, moved to a time at which there was none. */
    private Position tokenOfNoChange() {
        try (ChangeListeners listeners = builder().start()) {
            ground.insert("items", 1);
            await().until(() -> shop.items.contains(1));
        }
        BsonDocument token = Objects.requireNonNull(shop.token);
        BsonTimestamp none = new BsonTimestamp(ResumeTokens.time(token).getTime(), 1_000_000);
        // What the server has read since is later than the second of the change.
        await().until(() -> now().clusterTime().getTime() > none.getTime() || insertAnother());
        String moved =
                "82%016X".formatted(none.getValue()) + ResumeTokens.data(token).substring(18);
        return new Position(new BsonDocument("_data", new BsonString(moved)), none, fingerprint());
    }

    private boolean insertAnother() {
        ground.insert("filler", new Document());
        return false;
    }

    private String fingerprint() {
        return ChangeListeners.builder(ground.uri().getConnectionString())
                .database(ground.database())
                .handlers(shop)
                .plan()
                .streams()
                .get(0)
                .fingerprint();
    }

    private Position now() {
        BsonTimestamp time = Mono.from(ground.client().getDatabase("admin").runCommand(new Document("hello", 1)))
                .map(reply -> reply.get("operationTime", BsonTimestamp.class))
                .block();
        return Position.at(time);
    }

    private BsonTimestamp inAnHour() {
        return new BsonTimestamp(now().clusterTime().getTime() + 3600, 1);
    }

    private static Problem refusal(ThrowingCallable call) {
        OnChangeException refused = catchThrowableOfType(OnChangeException.class, call);
        assertThat(refused.problems()).hasSize(1);
        return refused.problems().get(0);
    }

    static final class Shop {

        final List<Integer> items = new CopyOnWriteArrayList<>();
        final List<Integer> others = new CopyOnWriteArrayList<>();

        volatile @Nullable BsonDocument token;

        @OnChange(id = "items", collection = "items", operation = "insert")
        void item(ChangeEvent<Document> change) {
            token = change.resumeToken();
            items.add(change.fullDocument().getInteger("_id"));
        }

        @OnChange(id = "others", collection = "others", operation = "insert")
        void other(Document other) {
            others.add(other.getInteger("_id"));
        }

        record Items(Shop shop) {

            @OnChange(id = "items", collection = "items", operation = "insert")
            void item(Document item) {
                shop.items.add(item.getInteger("_id"));
            }
        }
    }
}
