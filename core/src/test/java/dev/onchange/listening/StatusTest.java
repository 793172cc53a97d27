package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.PositionsStatus;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusTest {

    private final Ground ground = new Ground();
    private final Items handler = new Items();
    private final Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();

    @AfterEach
    void clear() {
        handler.go.countDown();
        ground.close();
    }

    @Test
    void a_handler_that_is_up_to_date_is_not_behind_and_has_the_whole_oplog_left() {
        try (ChangeListeners listeners = start()) {
            ground.insert("items", 1);

            await().untilAsserted(() -> {
                Lag lag = listeners.status().handler("items").lag();
                assertThat(lag).isNotNull();
                assertThat(lag.behind()).isLessThanOrEqualTo(Duration.ofSeconds(1));
                assertThat(lag.window()).isPositive();
                assertThat(lag.shareLeft()).isGreaterThan(0.5);
            });
            assertThat(listeners.status().streams()).singleElement().satisfies(stream -> {
                assertThat(stream.position()).isNotNull();
                assertThat(stream.lag().behind()).isLessThanOrEqualTo(Duration.ofSeconds(1));
                assertThat(stream.oldestUnsettled()).isZero();
            });
        }
    }

    @Test
    void a_handler_that_is_stuck_falls_behind_and_says_for_how_long_while_its_stream_goes_on() {
        handler.stuckAt = 1;
        try (ChangeListeners listeners = start()) {
            ground.insert("items", 1);
            int[] more = {1};

            await().untilAsserted(() -> {
                ground.insert("items", ++more[0]);
                HandlerStatus stuck = listeners.status().handler("items");
                StreamStatus stream = listeners.status().streams().get(0);
                assertThat(stuck.oldestUnsettled()).isGreaterThan(Duration.ofSeconds(1));
                assertThat(stream.oldestUnsettled()).isGreaterThan(Duration.ofSeconds(1));
                assertThat(stuck.lag().behind()).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
                assertThat(stream.lag().behind()).isLessThan(stuck.lag().behind());
            });
            handler.go.countDown();
        }
    }

    @Test
    void a_change_in_flight_for_longer_than_the_limit_is_named_and_its_handler_is_not_well_until_it_is_settled() {
        handler.stuckAt = 1;
        AtomicReference<Duration> more = new AtomicReference<>(Duration.ZERO);
        try (ChangeListeners listeners = limited(more).start()) {
            ground.insert("items", 1);
            await().until(() -> listeners.status().handler("items").inFlight() == 1);
            assertThat(listeners.status().healthy()).isTrue();

            more.set(Duration.ofMinutes(11));

            HandlerStatus stuck = listeners.status().handler("items");
            assertThat(listeners.status().healthy()).isFalse();
            assertThat(stuck.overdue().inFlight()).isBetween(Duration.ofMinutes(11), Duration.ofMinutes(12));
            assertThat(stuck.overdue().key()).isEqualTo(BsonDocument.parse("{_id: 1}"));
            assertThat(stuck.reason())
                    .hasMessageContaining(ProblemCode.CHANGE_OVERDUE.id())
                    .hasMessageContaining("items")
                    .hasMessageContaining("{\"_id\": 1}");

            handler.go.countDown();

            await().until(() -> listeners.status().healthy());
        }
    }

    @Test
    void a_backlog_that_is_worked_off_slowly_is_not_overdue() {
        handler.stepping = true;
        AtomicReference<Duration> more = new AtomicReference<>(Duration.ZERO);
        try (ChangeListeners listeners = limited(more).start()) {
            for (int id = 1; id <= 3; id++) {
                ground.insert("items", id);
            }
            await().until(() -> listeners.status().handler("items").inFlight() == 3);

            for (int id = 1; id <= 3; id++) {
                int begun = id;
                await().until(() -> handler.begun == begun);
                more.updateAndGet(before -> before.plusMinutes(9));
                assertThat(listeners.status().healthy()).isTrue();
                handler.steps.release();
            }
        }
    }

    /** With the real time, and more. */
    private ChangeListenersBuilder limited(AtomicReference<Duration> more) {
        InstantSource time = () -> Instant.now().plus(more.get());
        return ground.builder(handler).clock(time.withZone(ZoneOffset.UTC));
    }

    @Test
    void a_paused_handler_keeps_its_counts_and_its_lag_goes_on() {
        try (ChangeListeners listeners = start()) {
            ground.insert("items", 1);
            await().until(() -> handled(listeners) == 1);

            listeners.pause("items");
            await().untilAsserted(() -> {
                ground.insert("others", new Document());
                assertThat(listeners.status().handler("items").lag().behind())
                        .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
            });

            assertThat(listeners.status().handler("items").phase()).isEqualTo(HandlerStatus.Phase.PAUSED);
            assertThat(handled(listeners)).isEqualTo(1);

            listeners.resume("items");
            ground.insert("items", 2);

            await().until(() -> handled(listeners) == 2);
        }
    }

    @Test
    void a_stream_that_failed_for_good_is_seen_at_its_handlers_until_they_are_resumed() {
        try (ChangeListeners listeners = start()) {
            ground.insert("items", 1);
            await().until(() -> handled(listeners) == 1);

            try (FailPoint fault = fault("getMore", new Document("times", 1))) {
                ground.insert("items", 2);
                await().until(() -> listeners.status().handler("items").phase() == HandlerStatus.Phase.STOPPED);
            }

            assertThat(listeners.status().healthy()).isFalse();
            assertThat(listeners.status().streams())
                    .singleElement()
                    .satisfies(stream -> assertThat(stream.phase()).isEqualTo(StreamStatus.Phase.FAILED));
            assertThat(listeners.status().handler("items").reason())
                    .hasMessageContaining(ProblemCode.STREAM_FAILED.id());
            assertThat(events).hasAtLeastOneElementOfType(ListenerEvent.StreamFailed.class);

            listeners.resume("items");

            await().untilAsserted(() -> assertThat(handler.seen).containsExactly(1, 2));
            assertThat(listeners.status().healthy()).isTrue();
        }
    }

    @Test
    void positions_that_cannot_be_saved_are_seen_until_they_can() {
        try (ChangeListeners listeners = start()) {
            assertThat(listeners.status().positions().phase()).isEqualTo(PositionsStatus.Phase.SAVED);

            try (FailPoint fault = fault("update", "alwaysOn")) {
                ground.insert("items", 1);
                await().until(() -> listeners.status().positions().phase() == PositionsStatus.Phase.FAILING);
                assertThat(listeners.status().positions().reason())
                        .hasMessageContaining(ProblemCode.POSITION_NOT_SAVED.id());
            }

            await().until(() -> listeners.status().positions().phase() == PositionsStatus.Phase.SAVED);
        }
    }

    @Test
    void a_listener_that_throws_an_error_disturbs_nobody() {
        try (ChangeListeners listeners = ground.builder(handler)
                .listener(event -> {
                    throw new AssertionError("a listener at fault");
                })
                .start()) {
            ground.insert("items", 1);

            await().until(() -> handled(listeners) == 1);
            assertThat(listeners.status().healthy()).isTrue();
        }
    }

    @Test
    void positions_are_saved_after_so_many_changes_before_the_interval_is_over() {
        try (ChangeListeners listeners = ground.builder(handler)
                .checkpointInterval(Duration.ofHours(1))
                .checkpointAfter(3)
                .start()) {
            MongoCheckpointStore store = new MongoCheckpointStore(ground.client(), ground.state());
            Position before = store.load(List.of("items")).block().get("items");

            ground.insert("items", 1);
            ground.insert("items", 2);
            ground.insert("items", 3);

            await().untilAsserted(() -> assertThat(
                            store.load(List.of("items")).block().get("items").isAfter(before))
                    .isTrue());
            assertThat(listeners.status().positions().phase()).isEqualTo(PositionsStatus.Phase.SAVED);
        }
    }

    private ChangeListeners start() {
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .applicationName(ground.database())
                .build();
        return ground.prepared(ChangeListeners.builder(settings), handler)
                .listener(events::add)
                .start();
    }

    private FailPoint fault(String command, Object mode) {
        return LocalMongo.shared()
                .failPoint(
                        "failCommand",
                        mode,
                        new Document("failCommands", List.of(command))
                                .append("errorCode", 13)
                                .append("appName", ground.database()));
    }

    private static long handled(ChangeListeners listeners) {
        return listeners.status().handler("items").counts().handled();
    }

    static final class Items {

        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch go = new CountDownLatch(1);
        final Semaphore steps = new Semaphore(0);
        volatile boolean stepping;
        volatile int begun;
        volatile int stuckAt;

        @OnChange(
                id = "items",
                collection = "items",
                operation = "insert",
                retry = @Retry(attempts = 1),
                exhausted = Exhausted.STOP)
        void arrived(Document item) throws InterruptedException {
            int id = item.getInteger("_id");
            begun = id;
            if (stepping) {
                steps.acquire();
            } else if (id == stuckAt) {
                go.await();
            }
            seen.add(id);
        }
    }
}
