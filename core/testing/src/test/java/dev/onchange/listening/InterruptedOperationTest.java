package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.ForwardingStore;
import dev.onchange.checkpoint.InMemoryCheckpointStore;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A thread that is interrupted, as by a container's time-out, leaves nothing half done. */
@OnChangeTest
class InterruptedOperationTest {

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Items items = new Items();

    @AfterEach
    void letGo() {
        items.go.countDown();
    }

    @Test
    void a_pause_goes_on_without_its_caller() throws InterruptedException {
        ChangeListeners listeners = listening.start(items);
        inCall(1);
        Caller caller = new Caller(() -> listeners.pause("items"));

        caller.interrupt();
        items.go.countDown();

        assertThat(caller.failure()).isEqualTo(ProblemCode.OPERATION_LEFT);
        assertThat(caller.interrupted).isTrue();
        await().until(() -> phase(listeners) == HandlerStatus.Phase.PAUSED);
        insert(2);
        listeners.resume("items");
        await().until(() -> items.seen.contains(2));
        assertThat(items.seen).containsExactly(1, 2);
        assertThat(phase(listeners)).isEqualTo(HandlerStatus.Phase.LISTENING);
    }

    @Test
    void a_handler_whose_registration_was_not_waited_for_is_removed_again() throws InterruptedException {
        ChangeListeners listeners = listening.start(items);
        inCall(1);
        Later later = new Later();
        Caller caller = new Caller(() -> listeners.register(later));

        caller.interrupt();
        items.go.countDown();

        assertThat(caller.failure()).isEqualTo(ProblemCode.OPERATION_LEFT);
        listeners.resume("items");
        assertThat(listeners.status().handlers()).extracting(HandlerStatus::id).containsExactly("items");
        insert(2);
        insert("others", 3);
        listening.awaitIdle();
        assertThat(items.seen).containsExactly(1, 2);
        assertThat(later.seen).isEmpty();
    }

    @Test
    void a_start_that_is_not_waited_for_leaves_no_stream_behind() throws InterruptedException {
        SlowStore store = new SlowStore();
        Caller caller = new Caller(
                () -> listening.builder(items).checkpoints(store).start().close());
        await().until(() -> store.claimed.getCount() == 0);

        caller.interrupt();

        assertThat(caller.failure()).isEqualTo(ProblemCode.OPERATION_LEFT);
        store.answer.tryEmitEmpty();
        insert(1);
        listening.start(new Later());
        insert(2);
        listening.awaitIdle();
        assertThat(items.seen).isEmpty();
    }

    @Test
    void a_close_comes_to_its_end_and_keeps_the_interrupt() throws InterruptedException {
        ChangeListeners listeners = listening.start(items);
        inCall(1);
        Caller caller = new Caller(listeners::close);

        caller.interrupt();
        items.go.countDown();

        assertThat(caller.failure()).isNull();
        assertThat(caller.interrupted).isTrue();
        assertThat(items.seen).containsExactly(1);
        listening.start(items);
        insert(2);
        listening.awaitIdle();
        assertThat(items.seen).containsExactly(1, 2);
    }

    @Test
    void a_thread_that_is_interrupted_already_closes_all_the_same() throws InterruptedException {
        ChangeListeners listeners = listening.start(items);
        items.go.countDown();
        insert(1);
        listening.awaitIdle();
        Caller caller = new Caller(() -> {
            Thread.currentThread().interrupt();
            listeners.close();
        });

        assertThat(caller.failure()).isNull();
        assertThat(caller.interrupted).isTrue();
        listening.start(items);
        insert(2);
        listening.awaitIdle();
        assertThat(items.seen).containsExactly(1, 2);
    }

    private static HandlerStatus.Phase phase(ChangeListeners listeners) {
        return listeners.status().handler("items").phase();
    }

    private void inCall(int id) throws InterruptedException {
        insert(id);
        items.begun.await();
    }

    private void insert(int id) {
        insert("items", id);
    }

    private void insert(String collection, int id) {
        listening.run(database.getCollection(collection).insertOne(new Document("_id", id)));
    }

    /** Waits in a thread of its own. */
    private static final class Caller {

        private final Thread thread;
        private volatile @Nullable OnChangeException failure;
        volatile boolean interrupted;

        Caller(Runnable call) {
            thread = new Thread(() -> {
                try {
                    call.run();
                } catch (OnChangeException e) {
                    failure = e;
                }
                interrupted = Thread.interrupted();
            });
            thread.start();
        }

        void interrupt() {
            await().until(() ->
                    thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
            thread.interrupt();
        }

        @Nullable
        ProblemCode failure() throws InterruptedException {
            thread.join();
            return failure == null ? null : failure.problems().get(0).code();
        }
    }

    /** Does not answer at once. */
    private static final class SlowStore extends ForwardingStore {

        final CountDownLatch claimed = new CountDownLatch(1);
        final Sinks.Empty<Void> answer = Sinks.empty();

        SlowStore() {
            super(new InMemoryCheckpointStore());
        }

        @Override
        public Mono<Void> claim(Map<String, Long> terms) {
            return Mono.<Void>fromRunnable(claimed::countDown).then(answer.asMono());
        }
    }

    static final class Items {

        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);

        @OnChange(id = "items", collection = "items", operation = "insert")
        void arrived(Document item) throws InterruptedException {
            begun.countDown();
            go.await();
            seen.add(item.getInteger("_id"));
        }
    }

    /** Of another collection: the stream of the first is stopped for it, which waits for that one's calls. */
    static final class Later {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "later", collection = "others", operation = "insert")
        void arrived(Document item) {
            seen.add(item.getInteger("_id"));
        }
    }
}
