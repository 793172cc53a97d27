package dev.onchange.engine.retry;

import static dev.onchange.engine.plan.Declared.attempts;
import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.BatchFailure;
import dev.onchange.Exhausted;
import dev.onchange.Ordering;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.stream.RawChange;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Batches that fail at random against a simple model: every change is handled in one call that succeeds, in the order of its
 * document, or is a dead letter if it fails for ever, and then the later ones of its document are parked; no position passes
 * what is not settled. {@code -Dseed=…} repeats one, {@code -Dseeds=…} tries more.
 */
class RandomBatchesTest {

    private static final int CHANGES = 600;

    private final ChangesOf items = new ChangesOf("shop", "items");

    private record Plan(long seed, Ordering ordering, int concurrency, int size) {

        static Plan of(long seed) {
            Random random = new Random(seed);
            Ordering ordering = Ordering.values()[random.nextInt(Ordering.values().length)];
            return new Plan(
                    seed, ordering, ordering == Ordering.STREAM ? 1 : 1 + random.nextInt(4), 1 + random.nextInt(60));
        }
    }

    static Stream<Plan> plans() {
        Long seed = Long.getLong("seed");
        return seed != null
                ? Stream.of(Plan.of(seed))
                : LongStream.rangeClosed(1, Integer.getInteger("seeds", 12)).mapToObj(Plan::of);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void random_failures_leave_what_the_model_says(Plan plan) {
        Scheduler elsewhere = Schedulers.newParallel("elsewhere", 2);
        Bench bench = Bench.empty("random_batches_test");
        Failing failing = new Failing(plan, elsewhere);
        Declared declared = handler("a")
                .ordered(plan.ordering())
                .concurrency(plan.concurrency())
                .retrying(attempts(3))
                .whenExhausted(Exhausted.DEAD_LETTER)
                .batched(plan.size(), Duration.ofSeconds(1));
        try {
            bench.with(declared, failing).start();

            for (int sequence = 1; sequence <= CHANGES; sequence++) {
                bench.rig.stream.feed(failing.change(sequence));
            }
            await().atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> {
                        bench.rig.time.advanceTimeBy(Duration.ofMillis(500));
                        failing.check(bench.rig.position("a"), bench);
                        return bench.rig.position("a") == CHANGES;
                    });

            assertThat(failing.wrong).as("%s", plan).isEmpty();
            failing.checkEnd(bench);
        } finally {
            bench.close();
            elsewhere.dispose();
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void what_is_stopped_amid_batches_goes_on_from_its_position_and_loses_nothing(Plan plan) {
        Scheduler elsewhere = Schedulers.newParallel("elsewhere", 2);
        Failing failing = new Failing(plan, elsewhere);
        Random random = new Random(plan.seed());
        Declared declared = handler("a")
                .ordered(plan.ordering())
                .concurrency(plan.concurrency())
                .retrying(attempts(2))
                .whenExhausted(Exhausted.DEAD_LETTER)
                .batched(plan.size(), Duration.ofSeconds(1));
        try {
            int position = 0;
            Bench bench = Bench.empty("stopped_batches_test");
            while (position < CHANGES) {
                int enough = Math.min(CHANGES, position + 1 + random.nextInt(CHANGES / 2));
                position = run(bench.with(declared, failing), failing, position, enough);
                assertThat(failing.wrong).as("%s", plan).isEmpty();
                bench = bench.again();
            }
            bench.close();

            for (int sequence = 1; sequence <= CHANGES; sequence++) {
                assertThat(failing.handled.containsKey(sequence))
                        .as("%s: change %d", plan, sequence)
                        .isEqualTo(!failing.lost.contains(sequence));
            }
        } finally {
            elsewhere.dispose();
        }
    }

    /** Gives the position at which the handler was stopped. */
    private static int run(Bench bench, Failing failing, int position, int enough) {
        try (bench) {
            bench.start();
            for (int sequence = position + 1; sequence <= CHANGES; sequence++) {
                bench.rig.stream.feed(failing.change(sequence));
            }
            await().atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> {
                        bench.rig.time.advanceTimeBy(Duration.ofMillis(500));
                        return bench.rig.position("a") >= enough;
                    });
            bench.rig.dispatcher.stop(Duration.ofDays(1)).block(Duration.ofSeconds(60));
            int stopped = bench.rig.position("a");
            failing.check(stopped, bench);
            return stopped;
        }
    }

    /** Fails as the plan says, and notes what it has handled. */
    private final class Failing implements Invoker {

        private final Plan plan;
        private final Scheduler elsewhere;
        private final Random random;
        private final int[] documents = new int[CHANGES + 1];
        private final boolean[] broken = new boolean[CHANGES + 1];
        private final Map<Integer, Integer> handled = new ConcurrentHashMap<>();
        private final Map<Integer, List<Integer>> order = new ConcurrentHashMap<>();
        private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        private final Set<Integer> lost = new HashSet<>();

        Failing(Plan plan, Scheduler elsewhere) {
            this.plan = plan;
            this.elsewhere = elsewhere;
            this.random = new Random(plan.seed());
            Set<Integer> blocked = new HashSet<>();
            for (int sequence = 1; sequence <= CHANGES; sequence++) {
                documents[sequence] = random.nextInt(150) == 0 ? -1 : random.nextInt(80);
                broken[sequence] = documents[sequence] >= 0 && random.nextInt(60) == 0;
                boolean behind = plan.ordering() != Ordering.NONE && blocked.contains(documents[sequence]);
                if (broken[sequence] || behind) {
                    blocked.add(documents[sequence]);
                    lost.add(sequence);
                }
            }
        }

        RawChange change(int sequence) {
            return documents[sequence] < 0 ? items.drop(sequence) : items.insert(sequence, documents[sequence]);
        }

        @Override
        public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
                throws Throwable {
            return invokeBatch(List.of(change), attempt, session);
        }

        @Override
        public @Nullable Publisher<?> invokeBatch(
                List<Change> changes, Attempt attempt, @Nullable ClientSession session) throws Throwable {
            List<Integer> sequences = changes.stream()
                    .map(change -> change.raw().clusterTime().getInc())
                    .toList();
            boolean async;
            boolean named;
            synchronized (random) {
                async = random.nextInt(3) == 0;
                named = random.nextBoolean();
                if (attempt.number() == 1 && random.nextInt(12) == 0) {
                    throw new IllegalStateException("at random");
                }
            }
            if (sequences.size() > plan.size()) {
                wrong.add("a call with " + sequences.size() + " changes");
            }
            if (!async) {
                handle(sequences, named);
                return null;
            }
            return Mono.fromRunnable(() -> handle(sequences, named)).subscribeOn(elsewhere);
        }

        private void handle(List<Integer> sequences, boolean named) {
            int first = 0;
            while (first < sequences.size() && !broken[sequences.get(first)]) {
                first++;
            }
            if (first == sequences.size()) {
                sequences.forEach(this::done);
                return;
            }
            if (named) {
                sequences.subList(0, first).forEach(this::done);
                throw new BatchFailure(first, new IllegalArgumentException("broken"));
            }
            throw new IllegalArgumentException("broken");
        }

        private void done(int sequence) {
            order.computeIfAbsent(documents[sequence], document -> new CopyOnWriteArrayList<>())
                    .add(sequence);
            handled.merge(sequence, 1, Integer::sum);
        }

        void check(int position, Bench bench) {
            for (int sequence = 1; sequence <= position; sequence++) {
                if (!handled.containsKey(sequence) && !lost.contains(sequence)) {
                    wrong.add("position " + position + " has passed " + sequence);
                }
            }
        }

        void checkEnd(Bench bench) {
            for (int sequence = 1; sequence <= CHANGES; sequence++) {
                assertThat(handled.getOrDefault(sequence, 0))
                        .as("%s: change %d, broken %s", plan, sequence, broken[sequence])
                        .isEqualTo(lost.contains(sequence) ? 0 : 1);
            }
            if (plan.ordering() != Ordering.NONE) {
                assertThat(order.values())
                        .as("%s", plan)
                        .allSatisfy(each -> assertThat(each).isSorted());
            }
            await().until(() -> bench.rig.dispatcher.state("a").inFlight() == 0);
            assertThat(bench.counts("a").deadLettered() + bench.counts("a").parked())
                    .as("%s", plan)
                    .isEqualTo(lost.size());
            assertThat(bench.counts("a").handled()).as("%s", plan).isEqualTo(CHANGES - lost.size());
        }
    }
}
