package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.Grouping;
import dev.onchange.HandlerBuilder;
import dev.onchange.JavaProgram;
import dev.onchange.OnChangeException;
import dev.onchange.Registration;
import dev.onchange.checkpoint.InMemoryCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What handlers ask of their own listeners, in the midst of a call. */
class OwnCallTest {

    /** Whoever waits for himself is interrupted then, and his change comes again. */
    private static final Duration LONG = Duration.ofSeconds(3);

    /** Nobody waits that long. */
    private static final Duration AGES = Duration.ofHours(1);

    private final Ground ground = new Ground();
    private final List<Integer> seen = new CopyOnWriteArrayList<>();
    private final List<Integer> seenByOther = new CopyOnWriteArrayList<>();
    private final CountDownLatch written = new CountDownLatch(1);
    private final AtomicReference<ChangeListeners> listeners = new AtomicReference<>();
    private final AtomicReference<Registration> registration = new AtomicReference<>();

    @AfterEach
    void clear() {
        written.countDown();
        ground.close();
    }

    @Test
    void a_handler_may_close_its_listeners_and_its_change_is_settled() {
        closesListenersAtSecond((handler, at) -> handler.handle(change -> at.accept(id(change))));
    }

    @Test
    void one_in_a_transaction_may_too() {
        closesListenersAtSecond((handler, at) -> handler.handleInTransaction((change, session) -> {
            at.accept(id(change));
            return null;
        }));
    }

    @Test
    void and_one_whose_publisher_does_it_when_it_is_subscribed_to() {
        closesListenersAtSecond(
                (handler, at) -> handler.handleAsync(change -> Mono.fromRunnable(() -> at.accept(id(change)))));
    }

    @Test
    void when_the_listeners_are_closed_in_a_handler_the_others_have_ended_and_positions_are_saved() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        AtomicReference<Map<String, Position>> kept = new AtomicReference<>();
        InMemoryCheckpointStore store = new InMemoryCheckpointStore();
        var builder =
                ground.builder().checkpoints(store).checkpointInterval(AGES).stopTimeout(AGES);
        builder.on("items").id("other").handle(change -> {
            begun.countDown();
            closing.await();
            seenByOther.add(id(change));
        });
        builder.on("items").id("own").handle(change -> {
            begun.await();
            closing.countDown();
            listeners.get().close();
            seen.addAll(seenByOther);
            kept.set(store.load(List.of("own", "other")).block());
        });
        listeners.set(builder.start());

        insert(1);
        await().until(() -> kept.get() != null);
        listeners.get().close();

        assertThat(seen).containsExactly(1);
        assertThat(kept.get().get("other").isAfter(kept.get().get("own"))).isTrue();
    }

    @Test
    void one_on_the_thread_that_brings_changes_may_close_the_listeners_too() {
        var builder = ground.builder().executor(Runnable::run).stopTimeout(AGES);
        builder.on("items").operation("insert").handle(change -> {
            listeners.get().close();
            seen.add(id(change));
        });
        listeners.set(builder.start());

        insert(1);
        await().until(() -> seen.contains(1));

        listeners.get().close();
        start(again -> again.handle(change -> seen.add(id(change))));
        insert(2);
        await().until(() -> seen.contains(2));
        assertThat(seen).containsExactly(1, 2);
        listeners.get().close();
    }

    @Test
    void handlers_that_close_the_listeners_at_the_same_time_do_not_wait_for_each_other() {
        CountDownLatch both = new CountDownLatch(2);
        var builder = ground.builder().stopTimeout(AGES);
        for (String id : List.of("one", "other")) {
            builder.on("items").id(id).handle(change -> {
                both.countDown();
                both.await();
                listeners.get().close();
                seen.add(id(change));
            });
        }
        builder.on("items").id("in a transaction").handleInTransaction((change, session) -> {
            both.await();
            listeners.get().close();
            seen.add(id(change));
            return null;
        });
        listeners.set(builder.start());

        insert(1);
        await().until(() -> seen.size() == 3);

        listeners.get().close();
    }

    @Test
    void a_process_that_a_handler_ends_does_not_wait_for_it_and_knows_what_was_handled_before() throws Exception {
        insert(1, ExitingProgram.LAST);
        Process process = new ProcessBuilder(JavaProgram.command(
                        List.of(), ExitingProgram.class, ground.uri().getConnectionString(), ground.database()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive());
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(ExitingProgram.STATUS);
        start(builder -> builder.id("items").handle(change -> seen.add(id(change))));
        await().until(() -> seen.contains(ExitingProgram.LAST));

        assertThat(seen).containsExactly(ExitingProgram.LAST);
        listeners.get().close();
    }

    @Test
    void a_change_that_fails_after_its_handler_has_closed_the_listeners_comes_again() {
        start(builder -> builder.handle(change -> {
            written.await();
            seen.add(id(change));
            listeners.get().close();
            throw new IllegalStateException("after closing");
        }));
        insert(1, 2);
        await().until(() -> seen.contains(1));
        listeners.get().close();
        start(builder -> builder.handle(change -> seen.add(id(change))));

        await().until(() -> seen.size() == 3);
        assertThat(seen).containsExactly(1, 1, 2);
        listeners.get().close();
    }

    @Test
    void a_handler_may_close_its_registration_and_goes_on_behind_that_change_when_it_comes_back() {
        start(builder -> builder.id("other").handle(change -> seenByOther.add(id(change))));
        register(change -> {
            written.await();
            seen.add(id(change));
            if (id(change) == 2) {
                registration.get().close();
            }
        });
        insert(1, 2, 3);

        await().until(() -> ids().equals(List.of("other")));
        assertThat(seen).containsExactly(1, 2);
        register(change -> seen.add(id(change)));
        await().until(() -> seen.contains(3));

        assertThat(seen).containsExactly(1, 2, 3);
        await().until(() -> seenByOther.size() == 3);
        assertThat(seenByOther).containsExactly(1, 2, 3);
        listeners.get().close();
    }

    @Test
    void what_would_wait_for_the_call_that_it_is_made_in_is_refused_at_once() {
        List<ProblemCode> refusals = new CopyOnWriteArrayList<>();
        start(builder -> builder.id("own").handle(change -> {
            List<Runnable> calls = List.of(
                    () -> listeners.get().pause("own"),
                    () -> listeners.get().rewind("own", change.resumeToken()),
                    () -> register(other -> {}));
            calls.forEach(call -> refusals.add(refusal(call)));
            seen.add(id(change));
        }));

        insert(1);
        await().until(() -> seen.contains(1));
        insert(2);
        await().until(() -> seen.contains(2));

        assertThat(seen).containsExactly(1, 2);
        assertThat(refusals).hasSize(6).containsOnly(ProblemCode.CALLED_FROM_HANDLER);
        listeners.get().close();
    }

    @Test
    void what_would_not_wait_for_the_call_is_done() {
        var builder = ground.builder().grouping(Grouping.PER_SCOPE).stopTimeout(LONG);
        builder.on("others").id("other").handle(change -> seenByOther.add(id(change)));
        builder.on("items").id("own").handleInTransaction((change, session) -> {
            listeners.get().pause("other");
            return null;
        });
        listeners.set(builder.start());

        insert(1);
        await().until(() -> listeners.get().status().handler("own").counts().handled() == 1);

        assertThat(listeners.get().status().handler("own").counts().retried()).isZero();
        assertThat(listeners.get().status().handler("other").phase()).isEqualTo(HandlerStatus.Phase.PAUSED);
        listeners.get().close();
    }

    private void closesListenersAtSecond(BiFunction<HandlerBuilder<Document, ?>, Consumer<Integer>, ?> declaration) {
        start(builder -> declaration.apply(builder, id -> {
            seen.add(id);
            if (id == 2) {
                listeners.get().close();
            }
        }));
        insert(1, 2, 3);

        await().until(() -> seen.contains(2));
        listeners.get().close();
        assertThat(seen).containsExactly(1, 2);
        start(builder -> builder.handle(change -> seen.add(id(change))));
        await().until(() -> seen.contains(3));

        assertThat(seen).containsExactly(1, 2, 3);
        listeners.get().close();
    }

    private void start(Consumer<HandlerBuilder<Document, ?>> declaration) {
        var builder = ground.builder().stopTimeout(LONG);
        declaration.accept(builder.on("items").operation("insert"));
        listeners.set(builder.start());
    }

    private void register(HandlerBuilder.Handler<Document> handler) {
        registration.set(
                listeners.get().on("items").operation("insert").id("leaving").handle(handler));
    }

    private static ProblemCode refusal(Runnable call) {
        try {
            call.run();
        } catch (OnChangeException refusal) {
            return refusal.problems().get(0).code();
        }
        throw new AssertionError("It was not refused");
    }

    private void insert(int... ids) {
        for (int id : ids) {
            ground.insert("items", id);
        }
        written.countDown();
    }

    private List<String> ids() {
        return listeners.get().status().handlers().stream()
                .map(HandlerStatus::id)
                .toList();
    }

    private static int id(ChangeEvent<Document> change) {
        return change.documentKey().getInt32("_id").getValue();
    }
}
