package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Handlers of one stream that move to an instance which joins, and back when it closes, under load. {@code -Dhandlers=1000
 * -Dlease=6} for the long form on a quiet machine; prints how long a change waited for its handler, of those that stayed and of those
 * that moved.
 */
class MovesTest {

    private static final Logger LOG = LoggerFactory.getLogger(MovesTest.class);

    private static final int HANDLERS = Integer.getInteger("handlers", 40);

    /** Long, as a death would move handlers too: a busy machine may let an instance stand still for seconds. */
    private static final Duration LEASE = Duration.ofSeconds(Integer.getInteger("lease", 30));

    private static final Duration BETWEEN_WRITES = Duration.ofMillis(5);

    private final Ground ground = new Ground();
    private final Map<Integer, Integer> deliveries = new ConcurrentHashMap<>();
    private final Map<Integer, Long> writtenAt = new ConcurrentHashMap<>();
    private final Set<String> moving = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Long> waited = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final Map<String, Set<String>> taken = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        ground.close();
    }

    private ChangeListeners start(String name) {
        ChangeListenersBuilder builder =
                ground.builder().cluster(Cluster.usual().withLease(LEASE)).listener(event -> noted(name, event));
        for (int i = 0; i < HANDLERS; i++) {
            builder.on("items")
                    .id("h" + i)
                    .match(Filters.eq("fullDocument.h", i))
                    .payload(Document.class)
                    .handle(change -> handled(change.fullDocument()));
        }
        return builder.start();
    }

    private void noted(String instance, ListenerEvent event) {
        if (event instanceof ListenerEvent.HandlerTaken moved) {
            taken(instance).add(moved.handlerId());
        } else if (event instanceof ListenerEvent.StreamOpened && instance.equals("first")) {
            opened.incrementAndGet();
        }
    }

    /** The handlers that an instance has taken over since it began: a status of all would cost more than their moves. */
    private Set<String> taken(String instance) {
        return taken.computeIfAbsent(instance, any -> ConcurrentHashMap.newKeySet());
    }

    private void handled(Document item) {
        int id = item.getInteger("_id");
        deliveries.merge(id, 1, Integer::sum);
        waited.putIfAbsent(id, System.nanoTime() - writtenAt.get(id));
    }

    private Disposable writing() {
        return Flux.interval(BETWEEN_WRITES)
                .onBackpressureDrop()
                .concatMap(tick -> {
                    int id = next.getAndIncrement();
                    writtenAt.put(id, System.nanoTime());
                    return Mono.from(
                            ground.collection("items").insertOne(new Document("_id", id).append("h", id % HANDLERS)));
                })
                .subscribe();
    }

    @Test
    void handlers_that_move_leave_the_others_at_work_and_nothing_is_lost_or_comes_twice() {
        ChangeListeners first = start("first");
        Disposable writing = writing();
        awaitDelivered(200);
        report("alone", 0);

        int before = next.get();
        int openedBefore = opened.get();
        try (ChangeListeners second = start("second")) {
            await().atMost(Duration.ofMinutes(2)).until(() -> taken("second").size() == HANDLERS / 2);
            moving.addAll(taken("second"));
            awaitDelivered(next.get() + 200);
            report("while half of the handlers go", before);
            print("streams that the first instance opened for it: " + (opened.get() - openedBefore));
            before = next.get();
            openedBefore = opened.get();
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> taken("first").containsAll(moving));
        awaitDelivered(next.get() + 200);
        report("while they come back", before);
        print("streams that the first instance opened for it: " + (opened.get() - openedBefore));
        writing.dispose();
        awaitDelivered(next.get() - 1);
        first.close();

        assertThat(deliveries).hasSizeGreaterThanOrEqualTo(next.get() - 1);
        assertThat(deliveries.values()).allMatch(count -> count == 1);
    }

    private void awaitDelivered(int count) {
        await().atMost(Duration.ofMinutes(2)).until(() -> deliveries.size() >= count);
    }

    private void report(String when, int from) {
        AtomicLong stayed = new AtomicLong();
        AtomicLong moved = new AtomicLong();
        List<Long> all = new ArrayList<>();
        waited.forEach((id, nanos) -> {
            if (id >= from) {
                all.add(nanos);
                (moving.contains("h" + id % HANDLERS) ? moved : stayed).accumulateAndGet(nanos, Math::max);
            }
        });
        all.sort(null);
        print(when + ": changes " + all.size() + ", median " + millis(all.get(all.size() / 2))
                + " ms, longest of handlers that stay " + millis(stayed.get()) + " ms, that move " + millis(moved.get())
                + " ms");
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static void print(String line) {
        LOG.info("moves of {} handlers, {}", HANDLERS, line);
    }
}
