package dev.onchange.engine.dispatch;

import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.Ordering;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.stream.RawChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Random documents, failures, publishers and stores at once; the seed is in every message. */
class LanesStressTest {

    private static final int CHANGES = 4_000;
    private static final int DOCUMENTS = 40;
    private static final int NO_DOCUMENT = -1;

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final int[] documents = new int[CHANGES + 1];
    private final AtomicIntegerArray settled = new AtomicIntegerArray(CHANGES + 1);
    private final Map<Integer, Queue<Integer>> order = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @CsvSource({"BY_KEY, 1", "BY_KEY, 4", "STREAM, 1", "NONE, 4"})
    void every_change_is_settled_in_order_and_no_position_passes_an_unsettled_one(Ordering ordering, int concurrency) {
        Scheduler elsewhere = Schedulers.newParallel("elsewhere", 2);
        Declared declared = handler("a").ordered(ordering).concurrency(concurrency);
        try (Rig rig = new Rig(new BackpressureLimits(256, 1 << 20))
                .with(declared, delivery -> receive(delivery, elsewhere))
                .start()) {

            for (int sequence = 1; sequence <= CHANGES; sequence++) {
                rig.stream.feed(change(sequence));
                check(rig);
            }
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        rig.time.advanceTimeBy(Duration.ofMillis(10));
                        check(rig);
                        return rig.position("a") == CHANGES;
                    });

            assertThat(wrong).as("seed %d", seed).isEmpty();
            for (int sequence = 1; sequence <= CHANGES; sequence++) {
                assertThat(settled.get(sequence))
                        .as("seed %d, change %d", seed, sequence)
                        .isEqualTo(1);
            }
            if (ordering != Ordering.NONE) {
                assertThat(order.values())
                        .as("seed %d", seed)
                        .allSatisfy(each -> assertThat(List.copyOf(each)).isSorted());
            }
            await().until(() -> rig.dispatcher.state("a").inFlight() == 0);
        } finally {
            elsewhere.dispose();
        }
    }

    private RawChange change(int sequence) {
        boolean barrier = random.nextInt(200) == 0;
        documents[sequence] = barrier ? NO_DOCUMENT : random.nextInt(DOCUMENTS);
        return barrier ? items.drop(sequence) : items.insert(sequence, documents[sequence]);
    }

    /** What is settled is remembered before the outcome is given, so a position may only be behind. */
    private void check(Rig rig) {
        int position = rig.position("a");
        for (int sequence = Math.max(1, position - 300); sequence <= position; sequence++) {
            if (settled.get(sequence) == 0) {
                wrong.add("position " + position + " has passed " + sequence);
            }
        }
    }

    private Outcome receive(Delivery delivery, Scheduler elsewhere) {
        int sequence = delivery.change().raw().clusterTime().getInc();
        int dice = Math.floorMod(Long.hashCode(seed ^ (sequence * 31L + delivery.failures()) * 0x9E3779B9L), 100);
        if (dice < 10 && delivery.failures() < 3) {
            IllegalStateException failure = new IllegalStateException("dice " + dice);
            delivery.failed(failure, Instant.EPOCH);
            return new Outcome.RetryAfter(Duration.ofMillis(1 + dice), failure);
        }
        if (dice < 20) {
            return new Outcome.Working(later(sequence, elsewhere));
        }
        if (dice < 25) {
            return new Outcome.Storing(later(sequence, elsewhere));
        }
        return dice < 30 ? new Outcome.Working(Mono.fromSupplier(() -> settle(sequence))) : settle(sequence);
    }

    private Mono<Outcome> later(int sequence, Scheduler elsewhere) {
        return Mono.<Outcome>fromSupplier(() -> settle(sequence)).subscribeOn(elsewhere);
    }

    private Outcome settle(int sequence) {
        order.computeIfAbsent(documents[sequence], document -> new ConcurrentLinkedQueue<>())
                .add(sequence);
        settled.incrementAndGet(sequence);
        return Outcome.Settled.HANDLED;
    }
}
