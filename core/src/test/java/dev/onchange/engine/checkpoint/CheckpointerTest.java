package dev.onchange.engine.checkpoint;

import static dev.onchange.checkpoint.Positions.position;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.ForwardingStore;
import dev.onchange.checkpoint.InMemoryCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class CheckpointerTest {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Map<String, Position> now = new ConcurrentHashMap<>();
    private final Store store = new Store();
    private final Recorder recorder = new Recorder(now);
    private final Checkpointer checkpointer = new Checkpointer(
            store, () -> Map.copyOf(now), new Checkpointer.Settings(INTERVAL, 100, time, new Random(1)), recorder);

    @AfterEach
    void disposeOfScheduler() {
        time.dispose();
    }

    @Test
    void positions_are_saved_at_each_interval() {
        checkpointer.start();
        now.put("a", position(1));

        time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(store.saves).isEmpty();

        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(store.saves).containsExactly(Map.of("a", position(1)));
    }

    @Test
    void only_what_differs_is_saved_and_nothing_if_nothing_does() {
        checkpointer.start();
        now.put("a", position(1));
        now.put("b", position(1));
        time.advanceTimeBy(INTERVAL);
        settle("b", 2);

        time.advanceTimeBy(INTERVAL);
        time.advanceTimeBy(INTERVAL);

        assertThat(store.saves).containsExactly(Map.of("a", position(1), "b", position(1)), Map.of("b", position(2)));
        assertThat(recorder.saved).isEqualTo(store.saves);
    }

    @Test
    void positions_that_only_move_on_with_the_stream_are_saved_at_each_tenth_interval() {
        checkpointer.start();
        settle("a", 1);
        for (int second = 1; second <= 30; second++) {
            now.put("a", position(second));
            time.advanceTimeBy(INTERVAL);
        }

        assertThat(store.saves)
                .containsExactly(
                        Map.of("a", position(1)),
                        Map.of("a", position(2)),
                        Map.of("a", position(11)),
                        Map.of("a", position(21)));
    }

    @Test
    void one_change_after_a_quiet_time_is_saved_at_the_next_interval() {
        checkpointer.start();
        now.put("a", position(1));
        time.advanceTimeBy(INTERVAL.multipliedBy(5));

        settle("a", 2);
        time.advanceTimeBy(INTERVAL);

        assertThat(store.saves).containsExactly(Map.of("a", position(1)), Map.of("a", position(2)));
    }

    @Test
    void a_handler_without_a_saved_position_is_saved_although_all_handlers_are_idle() {
        checkpointer.start();
        now.put("a", position(1));
        time.advanceTimeBy(INTERVAL.multipliedBy(3));

        now.put("b", position(1));
        time.advanceTimeBy(INTERVAL);

        assertThat(store.saves).containsExactly(Map.of("a", position(1)), Map.of("b", position(1)));
    }

    @Test
    void what_could_not_be_saved_is_tried_again_however_idle_the_handlers_are() {
        checkpointer.start();
        now.put("a", position(1));
        time.advanceTimeBy(INTERVAL);
        store.failure.set(new IllegalStateException("disk full"));
        settle("a", 2);
        time.advanceTimeBy(INTERVAL);

        store.failure.set(null);
        time.advanceTimeBy(INTERVAL);

        assertThat(recorder.saved).containsExactly(Map.of("a", position(1)), Map.of("a", position(2)));
    }

    @Test
    void so_many_changes_are_saved_before_the_interval_is_over() {
        checkpointer.start();
        now.put("a", position(1));

        checkpointer.settled(99);
        time.advanceTime();
        assertThat(store.saves).isEmpty();

        checkpointer.settled(1);
        time.advanceTime();
        assertThat(store.saves).hasSize(1);
    }

    @Test
    void positions_that_are_waited_for_are_saved_at_once_and_the_others_no_later_for_that() {
        checkpointer.start();
        now.put("a", position(1));
        now.put("b", position(1));
        time.advanceTimeBy(INTERVAL.dividedBy(2));
        AtomicBoolean done = new AtomicBoolean();

        checkpointer.save(Set.of("a")).subscribe(null, null, () -> done.set(true));
        time.advanceTime();

        assertThat(done).isTrue();
        assertThat(store.saves).containsExactly(Map.of("a", position(1)));
        time.advanceTimeBy(INTERVAL.dividedBy(2));
        assertThat(store.saves).containsExactly(Map.of("a", position(1)), Map.of("b", position(1)));
    }

    @Test
    void positions_that_are_waited_for_while_saves_fail_are_saved_with_the_next_one() {
        checkpointer.start();
        now.put("a", position(1));
        store.failure.set(new IllegalStateException("disk full"));
        time.advanceTimeBy(INTERVAL);
        AtomicBoolean done = new AtomicBoolean();

        checkpointer.save(Set.of("a")).subscribe(null, null, () -> done.set(true));
        time.advanceTime();
        store.failure.set(null);
        assertThat(done).isFalse();
        time.advanceTimeBy(INTERVAL);

        assertThat(done).isTrue();
        assertThat(recorder.saved).containsExactly(Map.of("a", position(1)));
    }

    @Test
    void a_flush_saves_at_once_and_completes_when_it_is_done() {
        store.hold();
        now.put("a", position(1));
        AtomicBoolean done = new AtomicBoolean();

        checkpointer.flush().subscribe(null, null, () -> done.set(true));
        time.advanceTime();
        assertThat(store.saves).hasSize(1);
        assertThat(done).isFalse();

        store.release();
        time.advanceTime();
        assertThat(done).isTrue();
    }

    @Test
    void a_flush_during_a_save_waits_for_a_further_save_and_saves_never_overlap() {
        checkpointer.start();
        store.hold();
        now.put("a", position(1));
        time.advanceTimeBy(INTERVAL);
        now.put("a", position(2));
        AtomicBoolean done = new AtomicBoolean();

        checkpointer.flush().subscribe(null, null, () -> done.set(true));
        checkpointer.flush().subscribe();
        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(store.saves).hasSize(1);

        store.release();
        time.advanceTime();
        assertThat(store.saves).containsExactly(Map.of("a", position(1)), Map.of("a", position(2)));
        assertThat(done).isFalse();

        store.release();
        time.advanceTime();
        assertThat(done).isTrue();
    }

    @Test
    void a_failing_save_is_reported_each_time_and_tried_again_with_growing_waits_until_it_succeeds() {
        checkpointer.start();
        store.failure.set(new IllegalStateException("disk full"));
        now.put("a", position(1));

        time.advanceTimeBy(Duration.ofMinutes(2));
        assertThat(recorder.failures).hasSizeBetween(10, 30);
        assertThat(recorder.attempts.subList(0, 3)).containsExactly(1, 2, 3);
        assertThat(recorder.failures.get(0).problems())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.POSITION_NOT_SAVED);
        assertThat(recorder.failures.get(0)).hasMessageContaining("disk full").hasMessageContaining("store for tests");

        store.failure.set(null);
        time.advanceTimeBy(Duration.ofSeconds(15));
        assertThat(recorder.saved).containsExactly(Map.of("a", position(1)));
        settle("a", 2);
        time.advanceTimeBy(INTERVAL);
        assertThat(recorder.saved).hasSize(2);
    }

    @Test
    void a_save_that_never_ends_counts_as_failed() {
        checkpointer.start();
        store.hold();
        now.put("a", position(1));

        time.advanceTimeBy(INTERVAL.plus(Checkpointer.TIMEOUT));
        assertThat(recorder.attempts).containsExactly(1);

        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(store.saves).hasSize(2);
    }

    @Test
    void a_flush_that_fails_says_so_while_saving_goes_on() {
        checkpointer.start();
        store.failure.set(new IllegalStateException("disk full"));
        now.put("a", position(1));
        AtomicReference<Throwable> failure = new AtomicReference<>();

        checkpointer.flush().subscribe(null, failure::set);
        time.advanceTime();
        assertThat(failure.get()).isInstanceOf(OnChangeException.class).hasMessageContaining("disk full");

        store.failure.set(null);
        time.advanceTimeBy(INTERVAL);
        assertThat(recorder.saved).hasSize(1);
    }

    @Test
    void many_changes_do_not_shorten_the_wait_after_a_failure() {
        checkpointer.start();
        store.failure.set(new IllegalStateException("disk full"));
        now.put("a", position(1));
        time.advanceTimeBy(INTERVAL);

        for (int i = 0; i < 10; i++) {
            checkpointer.settled(100);
        }
        time.advanceTime();

        assertThat(recorder.attempts).containsExactly(1);
    }

    @Test
    void a_handler_that_another_instance_has_taken_over_is_not_saved_again_and_the_others_are() {
        checkpointer.start();
        store.failure.set(fenced("a"));
        now.put("a", position(1));
        now.put("b", position(1));
        time.advanceTimeBy(INTERVAL);
        store.failure.set(null);
        settle("b", 2);
        AtomicBoolean done = new AtomicBoolean();

        checkpointer.flush().subscribe(null, null, () -> done.set(true));
        time.advanceTime();

        assertThat(done).isTrue();
        assertThat(recorder.fenced).containsExactly(Set.of("a"));
        assertThat(recorder.saved).containsExactly(Map.of("b", position(1)), Map.of("b", position(2)));
        assertThat(store.saves.get(1)).isEqualTo(Map.of("b", position(2)));
    }

    @Test
    void a_handler_that_was_claimed_again_is_saved_again() {
        checkpointer.start();
        store.failure.set(fenced("a"));
        now.put("a", position(1));
        time.advanceTimeBy(INTERVAL);
        store.failure.set(null);

        now.put("a", position(1));
        checkpointer.flush().subscribe();
        time.advanceTime();

        assertThat(store.kept()).isEqualTo(Map.of("a", position(1)));
    }

    private static FencedException fenced(String id) {
        return new FencedException(
                List.of(new Problem(ProblemCode.POSITIONS_TAKEN_OVER, "here", "Late.", "End.")), Set.of(id));
    }

    @Test
    void stopping_saves_once_more_and_nothing_is_saved_after_it() {
        checkpointer.start();
        now.put("a", position(1));
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> late = new AtomicReference<>();

        checkpointer.stop().subscribe(null, null, () -> done.set(true));
        time.advanceTime();
        assertThat(done).isTrue();
        assertThat(store.saves).hasSize(1);

        now.put("a", position(2));
        checkpointer.settled(1_000);
        checkpointer.flush().subscribe(null, late::set);
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(store.saves).hasSize(1);
        assertThat(late.get()).hasMessageContaining("stopped");
    }

    @Test
    void stopping_while_saving_waits_and_saves_what_came_since() {
        checkpointer.start();
        store.hold();
        now.put("a", position(1));
        time.advanceTimeBy(INTERVAL);
        now.put("a", position(2));
        AtomicBoolean done = new AtomicBoolean();

        checkpointer.stop().subscribe(null, null, () -> done.set(true));
        store.release();
        time.advanceTime();
        store.release();
        time.advanceTime();

        assertThat(store.saves).containsExactly(Map.of("a", position(1)), Map.of("a", position(2)));
        assertThat(done).isTrue();
    }

    @Test
    void stopping_fails_if_the_last_save_does() {
        checkpointer.start();
        store.failure.set(new IllegalStateException("disk full"));
        now.put("a", position(1));
        AtomicReference<Throwable> failure = new AtomicReference<>();

        checkpointer.stop().subscribe(null, failure::set);
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(failure.get()).hasMessageContaining("disk full");
        assertThat(recorder.attempts).containsExactly(1);
    }

    @Test
    void a_rewound_position_is_kept_and_saved_again_only_when_it_moves() {
        checkpointer.start();
        now.put("a", position(5));
        time.advanceTimeBy(INTERVAL);
        now.put("a", position(2));

        checkpointer.rewind("a", position(2)).subscribe();
        time.advanceTimeBy(INTERVAL);
        assertThat(store.kept()).isEqualTo(Map.of("a", position(2)));
        assertThat(store.saves).hasSize(1);

        settle("a", 3);
        time.advanceTimeBy(INTERVAL);
        assertThat(store.kept()).isEqualTo(Map.of("a", position(3)));
    }

    @Test
    void a_rewind_waits_for_the_save_that_is_running() {
        checkpointer.start();
        store.hold();
        now.put("a", position(5));
        time.advanceTimeBy(INTERVAL);
        now.put("a", position(2));
        AtomicBoolean done = new AtomicBoolean();

        checkpointer.rewind("a", position(2)).subscribe(null, null, () -> done.set(true));
        time.advanceTime();
        assertThat(done).isFalse();

        store.release();
        time.advanceTime();
        assertThat(done).isTrue();
        assertThat(store.kept()).isEqualTo(Map.of("a", position(2)));
    }

    @Test
    void an_observer_that_throws_does_not_stop_the_saving() {
        checkpointer.start();
        recorder.throwing = true;
        now.put("a", position(1));
        time.advanceTimeBy(INTERVAL);
        settle("a", 2);

        time.advanceTimeBy(INTERVAL);

        assertThat(store.saves).hasSize(2);
    }

    @Test
    void a_token_that_is_a_view_of_its_batch_is_copied() {
        Position given = position(1);
        now.put(
                "a",
                new Position(RawBsonDocument.parse(given.token().toJson()), given.clusterTime(), given.fingerprint()));

        checkpointer.flush().subscribe();
        time.advanceTime();
        checkpointer.flush().subscribe();
        time.advanceTime();

        assertThat(store.saves).containsExactly(Map.of("a", given));
        assertThat(store.saves.get(0).get("a").token()).isExactlyInstanceOf(BsonDocument.class);
    }

    private void settle(String handler, int upTo) {
        now.put(handler, position(upTo));
        checkpointer.settled(1);
    }

    /** The store in memory, which can be made to fail and to take its time. */
    private static final class Store extends ForwardingStore {

        final List<Map<String, Position>> saves = new ArrayList<>();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        private boolean holding;
        private Sinks.Empty<Void> gate = Sinks.empty();

        Store() {
            super(new InMemoryCheckpointStore());
        }

        void hold() {
            holding = true;
        }

        void release() {
            gate.tryEmitEmpty();
        }

        Map<String, Position> kept() {
            return load(List.of("a")).block();
        }

        @Override
        public Mono<Void> save(Map<String, Position> positions) {
            return Mono.defer(() -> {
                saves.add(positions);
                gate = Sinks.empty();
                Throwable thrown = failure.get();
                return thrown != null
                        ? Mono.error(thrown)
                        : (holding ? gate.asMono() : Mono.<Void>empty()).then(super.save(positions));
            });
        }

        @Override
        public String toString() {
            return "store for tests";
        }
    }

    private static final class Recorder implements SaveObserver {

        final List<Map<String, Position>> saved = new ArrayList<>();
        final List<OnChangeException> failures = new ArrayList<>();
        final List<Integer> attempts = new ArrayList<>();
        final List<Set<String>> fenced = new ArrayList<>();
        private final Map<String, Position> now;
        boolean throwing;

        Recorder(Map<String, Position> now) {
            this.now = now;
        }

        @Override
        public void saved(Map<String, Position> positions) {
            saved.add(positions);
            if (throwing) {
                throw new IllegalStateException("thrown by the observer");
            }
        }

        @Override
        public void notSaved(OnChangeException failure, int attempt) {
            failures.add(failure);
            attempts.add(attempt);
        }

        @Override
        public void fenced(FencedException failure) {
            fenced.add(failure.handlerIds());
            now.keySet().removeAll(failure.handlerIds());
        }
    }
}
