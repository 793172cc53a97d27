package dev.onchange.engine.dispatch;

import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.status.HandlerCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CoalescingTest {

    private static final int CHANGES = 2_000;

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    private final Semaphore permits = new Semaphore(0);

    @Test
    void the_newest_change_takes_the_place_of_those_that_wait() {
        try (Rig rig = gated(Duration.ZERO)) {
            rig.stream.feed(items.insert(1, 1));
            await().until(permits::hasQueuedThreads);
            rig.stream.feed(items.update(2, 2));
            rig.stream.feed(items.update(3, 1));
            rig.stream.feed(items.update(4, 2));
            rig.stream.feed(items.update(5, 2));
            assertThat(rig.position("a")).isEqualTo(-1);
            permits.release(100);

            await().until(() -> rig.position("a") == 5);
            assertThat(handled).containsExactly(1, 5, 3);
            HandlerCounts counts = rig.dispatcher.state("a").counts();
            assertThat(counts.coalesced()).isEqualTo(2);
            assertThat(counts.handled()).isEqualTo(3);
        }
    }

    @Test
    void a_delete_takes_places_and_nothing_takes_its_own() {
        try (Rig rig = gated(Duration.ZERO)) {
            rig.stream.feed(items.insert(1, 9));
            await().until(permits::hasQueuedThreads);
            rig.stream.feed(items.update(2, 1));
            rig.stream.feed(delete(3, 1));
            rig.stream.feed(items.insert(4, 1));
            rig.stream.feed(items.update(5, 1));
            permits.release(100);

            await().until(() -> rig.position("a") == 5);
            assertThat(handled).containsExactly(1, 3, 5);
        }
    }

    @Test
    void no_change_takes_a_place_before_one_that_the_filter_failed_at() {
        try (Rig rig = new Rig()
                .with(
                        handler("a")
                                .matching("{ $expr: { $divide: [ 1, '$fullDocument.n' ] } }")
                                .coalescing(Duration.ZERO),
                        this::receive)
                .start()) {
            rig.stream.feed(insert(1, 9, 1));
            await().until(permits::hasQueuedThreads);
            rig.stream.feed(insert(2, 1, 1));
            rig.stream.feed(insert(3, 1, 0));
            rig.stream.feed(insert(4, 1, 1));
            permits.release(100);

            await().until(() -> rig.position("a") == 4);
            assertThat(handled).containsExactly(1, 2, 3, 4);
        }
    }

    private RawChange insert(int sequence, int id, int n) {
        return items.insert(sequence, new BsonDocument("_id", new BsonInt32(id)).append("n", new BsonInt32(n)));
    }

    @Test
    void a_drop_is_handled_between_what_was_before_and_after_it() {
        try (Rig rig = gated(Duration.ofHours(1))) {
            rig.stream.feed(items.update(1, 1));
            rig.stream.feed(items.update(2, 1));
            rig.stream.feed(items.drop(3));
            rig.stream.feed(items.update(4, 1));
            rig.stream.feed(items.update(5, 1));
            permits.release(100);

            await().until(() -> {
                rig.time.advanceTimeBy(Duration.ofHours(1));
                return rig.position("a") == 5;
            });
            assertThat(handled).containsExactly(2, 3, 5);
        }
    }

    @Test
    void a_change_waits_until_its_document_is_quiet() {
        permits.release(100);
        try (Rig rig = gated(Duration.ofHours(1))) {
            rig.stream.feed(items.update(1, 1));
            rig.stream.feed(items.update(2, 1));
            rig.time.advanceTimeBy(Duration.ofMinutes(59));
            assertThat(rig.dispatcher.state("a").inFlight()).isEqualTo(1);
            assertThat(handled).isEmpty();
            rig.time.advanceTimeBy(Duration.ofMinutes(2));

            await().until(() -> {
                rig.time.advanceTimeBy(Duration.ofHours(1));
                return rig.position("a") == 2;
            });
            assertThat(handled).containsExactly(2);
        }
    }

    @Test
    void a_batch_lingers_from_the_time_at_which_its_first_document_is_quiet() {
        Queue<Integer> sizes = new ConcurrentLinkedQueue<>();
        Declared batched = handler("a").coalescing(Duration.ofSeconds(60)).batched(10, Duration.ofSeconds(10));
        try (Rig rig = Rig.withMovedClock()
                .with(
                        batched,
                        new InBatches(batch -> sizes.add(batch.deliveries().size())))
                .start()) {
            rig.stream.feed(items.update(1, 1));
            rig.time.advanceTimeBy(Duration.ofSeconds(5));
            rig.stream.feed(items.update(2, 2));

            await().until(() -> {
                rig.time.advanceTimeBy(Duration.ofSeconds(1));
                return rig.position("a") == 2;
            });
            assertThat(sizes).containsExactly(2);
        }
    }

    @Test
    void too_many_that_wait_are_handed_over_before_they_are_quiet() {
        permits.release(100);
        try (Rig rig = new Rig(new BackpressureLimits(4, 1 << 20))
                .with(handler("a").coalescing(Duration.ofHours(1)), this::receive)
                .start()) {
            for (int sequence = 1; sequence <= 12; sequence++) {
                rig.stream.feed(items.insert(sequence, sequence));
            }

            await().until(() -> handled.size() >= 9);
        }
    }

    static Stream<Long> seeds() {
        Long seed = Long.getLong("seed");
        return seed != null
                ? Stream.of(seed)
                : LongStream.rangeClosed(1, Integer.getInteger("seeds", 8)).boxed();
    }

    /**
     * A model of random changes: each document's newest change and all its deletes are handled, in order, and no position
     * passes one of these that is not.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void at_random_nothing_newest_is_lost(long seed) {
        Random random = new Random(seed);
        Map<Integer, Boolean> done = new ConcurrentHashMap<>();
        int[] documents = new int[CHANGES + 1];
        Map<Integer, Integer> newest = new HashMap<>();
        List<Integer> deletes = new ArrayList<>();
        Duration quiet = random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(1 + random.nextInt(20));
        int concurrency = 1 + random.nextInt(3);
        try (Rig rig = new Rig(new BackpressureLimits(64 + random.nextInt(400), 1 << 20))
                .with(handler("a").coalescing(quiet).concurrency(concurrency), delivery -> {
                    int sequence = delivery.change().raw().clusterTime().getInc();
                    int dice = Math.floorMod(Long.hashCode(seed * 31 + sequence * 7919L), 100);
                    if (dice < 10 && delivery.failures() < 2) {
                        IllegalStateException failure = new IllegalStateException("dice");
                        delivery.failed(failure, java.time.Instant.EPOCH);
                        return new Outcome.RetryAfter(Duration.ofMillis(5), failure);
                    }
                    if (dice < 20) {
                        Thread.yield();
                    }
                    handled.add(sequence);
                    done.put(sequence, true);
                    return Outcome.Settled.HANDLED;
                })
                .start()) {

            for (int sequence = 1; sequence <= CHANGES; sequence++) {
                int document = random.nextInt(40);
                documents[sequence] = document;
                boolean delete = random.nextInt(10) == 0;
                boolean drop = random.nextInt(200) == 0;
                if (drop) {
                    documents[sequence] = -sequence;
                    rig.stream.feed(items.drop(sequence));
                    deletes.add(sequence);
                } else {
                    rig.stream.feed(delete ? delete(sequence, document) : items.update(sequence, document));
                    newest.put(document, sequence);
                }
                if (delete && !drop) {
                    deletes.add(sequence);
                }
                if (sequence % 50 == 0) {
                    rig.time.advanceTimeBy(Duration.ofMillis(random.nextInt(30)));
                    int position = rig.position("a");
                    assertThat(Stream.concat(newest.values().stream(), deletes.stream()))
                            .as("seed %d, position %d", seed, position)
                            .filteredOn(each -> each <= position)
                            .allMatch(done::containsKey);
                }
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                rig.time.advanceTimeBy(Duration.ofMillis(50));
                return rig.position("a") == CHANGES;
            });

            assertThat(done.keySet())
                    .as("seed %d", seed)
                    .containsAll(newest.values())
                    .containsAll(deletes);
            HandlerCounts counts = rig.dispatcher.state("a").counts();
            assertThat(counts.handled() + counts.coalesced())
                    .as("seed %d", seed)
                    .isEqualTo(CHANGES);
            Map<Integer, List<Integer>> order = new HashMap<>();
            handled.forEach(sequence -> order.computeIfAbsent(documents[sequence], any -> new ArrayList<>())
                    .add(sequence));
            assertThat(order.values())
                    .as("seed %d", seed)
                    .allSatisfy(each -> assertThat(each).isSorted());
            await().until(() -> rig.dispatcher.state("a").inFlight() == 0);
        }
    }

    private record InBatches(Consumer<DeliveryBatch> calls) implements BatchDeliveryHandler {

        @Override
        public boolean takesInBatch(Delivery delivery) {
            return true;
        }

        @Override
        public BatchOutcome receiveBatch(DeliveryBatch batch) {
            calls.accept(batch);
            return BatchOutcome.HANDLED;
        }

        @Override
        public Outcome receive(Delivery delivery) {
            throw new AssertionError("not in a batch");
        }

        @Override
        public BatchOutcome failedTogether(List<Delivery> deliveries, DeliveryBatch last, Throwable failure) {
            throw new AssertionError("nothing fails");
        }

        @Override
        public Outcome failedAlone(Delivery delivery, DeliveryBatch last, Throwable failure) {
            throw new AssertionError("nothing fails");
        }
    }

    private Rig gated(Duration quiet) {
        return new Rig().with(handler("a").coalescing(quiet), this::receive).start();
    }

    private Outcome receive(Delivery delivery) {
        permits.acquireUninterruptibly();
        handled.add(delivery.change().raw().clusterTime().getInc());
        return Outcome.Settled.HANDLED;
    }

    private RawChange delete(int sequence, int id) {
        return items.of("delete", sequence, "documentKey", new BsonDocument("_id", new BsonInt32(id)));
    }
}
