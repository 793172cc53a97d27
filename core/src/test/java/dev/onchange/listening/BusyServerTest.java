package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that cannot answer for a while when the listeners start. */
class BusyServerTest {

    private static final String NAME = "busy-server";
    private static final String OVERLOADED =
            "{errorCode: 462, errorLabels: ['SystemOverloadedError', 'RetryableError']}";

    private final Ground ground = new Ground();

    @AfterEach
    void clear() {
        ground.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OVERLOADED,
                "{errorCode: 216}",
                "{errorCode: 6}",
                "{errorCode: 2, errorLabels: ['RetryableError']}"
            })
    void what_passes_is_waited_for_whatever_is_asked(String how) {
        Stock stock = new Stock();
        List<String> asked = List.of("hello", "buildInfo", "aggregate", "find", "update", "insert", "delete", "ping");
        try (FailPoint busy = fail(new Document("times", 12), asked, how);
                ChangeListeners listeners = builder(stock, 20_000).start()) {
            ground.insert("stock", 1);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
            assertThat(listeners.availability().problems()).isEmpty();
        }
    }

    @Test
    void what_is_answered_too_late_for_a_short_lease_is_asked_again() {
        Stock stock = new Stock();
        Duration lease = Duration.ofSeconds(2);
        String late = "{blockConnection: true, blockTimeMS: 1500}";
        try (FailPoint busy = fail(new Document("times", 2), List.of("findAndModify"), late);
                ChangeListeners listeners = builder(stock, 20_000)
                        .cluster(Cluster.usual().withLease(lease))
                        .start()) {
            ground.insert("stock", 1);

            await().untilAsserted(() -> assertThat(stock.seen).containsExactly(1));
        }
    }

    @Test
    void an_overload_that_lasts_longer_than_a_server_is_looked_for_is_called_so() {
        try (FailPoint busy = fail("alwaysOn", List.of("aggregate"), OVERLOADED)) {
            ChangeListenersBuilder builder = builder(new Stock(), 500);

            OnChangeException refusal = catchThrowableOfType(OnChangeException.class, builder::start);

            assertThat(refusal.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNAVAILABLE);
                assertThat(problem.what()).contains("error 462");
                assertThat(problem.todo()).contains("too much to do");
            });
        }
    }

    private ChangeListenersBuilder builder(Stock stock, int selectionMillis) {
        // A client that fails to connect would look at the server again only after half a second.
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(ground.uri())
                .applicationName(NAME)
                .applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(selectionMillis, TimeUnit.MILLISECONDS))
                .applyToServerSettings(server -> server.minHeartbeatFrequency(50, TimeUnit.MILLISECONDS))
                .build();
        return ground.prepared(ChangeListeners.builder(settings), stock);
    }

    private static FailPoint fail(Object mode, List<String> commands, String how) {
        return LocalMongo.shared()
                .failPoint(
                        "failCommand",
                        mode,
                        Document.parse(how).append("failCommands", commands).append("appName", NAME));
    }

    static final class Stock {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "stock", collection = "stock", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
