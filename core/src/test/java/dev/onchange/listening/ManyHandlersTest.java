package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.ClusterStatus;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Instances whose start takes long. {@code -Dhandlers=10000 -Dlease=6} for the long form on a quiet machine; prints how long starting
 * and sharing took.
 */
class ManyHandlersTest {

    private static final Logger LOG = LoggerFactory.getLogger(ManyHandlersTest.class);

    private static final int HANDLERS = Integer.getInteger("handlers", 300);

    /** Long, as a death would count: a busy machine may let an instance stand still for seconds. */
    private static final Duration LEASE = Duration.ofSeconds(Integer.getInteger("lease", 30));

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Ground ground = new Ground();
    private final List<ListenerEvent.MemberDied> deaths = new CopyOnWriteArrayList<>();
    private final ExecutorService starting = Executors.newFixedThreadPool(2);

    @AfterEach
    void close() {
        starting.shutdownNow();
        ground.close();
    }

    private ChangeListenersBuilder builder(Duration lease) {
        return ground.builder().cluster(Cluster.usual().withLease(lease)).listener(event -> {
            if (event instanceof ListenerEvent.MemberDied died) {
                deaths.add(died);
            }
        });
    }

    private CompletableFuture<ChangeListeners> startWithAll() {
        return CompletableFuture.supplyAsync(
                () -> {
                    ChangeListenersBuilder builder = builder(LEASE);
                    for (int i = 0; i < HANDLERS; i++) {
                        builder.on("items" + i % 100)
                                .id("h" + i)
                                .match("{ 'fullDocument.h': %d }".formatted(i))
                                .handle(change -> {});
                    }
                    long begun = System.nanoTime();
                    ChangeListeners started = builder.start();
                    print("started after", begun);
                    return started;
                },
                starting);
    }

    @Test
    void instances_that_start_at_one_moment_share_thousands_of_handlers_and_none_is_taken_for_dead() {
        long begun = System.nanoTime();
        CompletableFuture<ChangeListeners> starting = startWithAll();
        try (ChangeListeners one = startWithAll().join();
                ChangeListeners other = starting.join()) {

            await().atMost(PATIENCE).until(() -> isShared(one) && isShared(other));
            print("shared after", begun);

            assertThat(one.status().cluster().handlers()).hasSize(HANDLERS);
            assertThat(deaths).isEmpty();
        }
    }

    /** Each handler has one that listens, each instance as many as the other, and nothing moves. */
    private static boolean isShared(ChangeListeners listeners) {
        List<ClusterStatus.OwnedHandler> all = listeners.status().cluster().handlers();
        Map<String, Long> counts =
                all.stream().collect(Collectors.groupingBy(ClusterStatus.OwnedHandler::owner, Collectors.counting()));
        return all.stream().allMatch(handler -> handler.listening() && handler.next() == null)
                && counts.size() == 2
                && counts.values().stream().allMatch(count -> count == HANDLERS / 2);
    }

    @Test
    void an_instance_that_takes_longer_to_start_than_a_lease_is_not_taken_for_dead() {
        try (ChangeListeners first = listeningTo("first");
                FailPoint slow = openingTakes(SHORTEST_LEASE.multipliedBy(2).plusSeconds(1));
                ChangeListeners second = listeningTo("second")) {
            slow.close();

            assertThat(deaths).isEmpty();
            assertThat(first.status().cluster().members()).hasSize(2);
            assertThat(second.status().cluster().ownerOf("second")).isPresent();
        }
    }

    private ChangeListeners listeningTo(String id) {
        ChangeListenersBuilder builder = builder(SHORTEST_LEASE);
        builder.on("items").id(id).handle(change -> {});
        return builder.start();
    }

    private FailPoint openingTakes(Duration time) {
        return LocalMongo.shared()
                .failPoint(
                        "failCommand",
                        "alwaysOn",
                        new Document("failCommands", List.of("aggregate"))
                                .append("namespace", ground.database() + ".items")
                                .append("blockConnection", true)
                                .append("blockTimeMS", time.toMillis()));
    }

    private static void print(String what, long begun) {
        LOG.info("{} handlers: {} {} ms", HANDLERS, what, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }
}
