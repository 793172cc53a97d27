package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Ordering;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerStatus;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On whatever threads handlers run, none is lost, and none is kept from its share. */
@OnChangeTest
class ExecutorTest {

    private static final int MANY = 600;

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final List<Integer> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger blocked = new AtomicInteger();
    private final ExecutorService pool = new ThreadPoolExecutor(4, 4, 0, TimeUnit.SECONDS, new SynchronousQueue<>());

    @AfterEach
    void clear() {
        go.countDown();
        listening.stop();
        pool.shutdownNow();
    }

    @Test
    void an_executor_that_refuses_most_work_only_delays_it() {
        AtomicInteger calls = new AtomicInteger();
        Executor reluctant = work -> {
            if (calls.incrementAndGet() % 3 != 0) {
                throw new RejectedExecutionException("busy");
            }
            pool.execute(work);
        };
        listening.start(listening
                .builder()
                .executor(reluctant)
                .on("stock")
                .handle(change -> seen.add(id(change.fullDocument()))));

        insert("stock", MANY);
        listening.awaitIdle();

        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, MANY).boxed().toList());
        assertThat(listening.listeners().status().healthy()).isTrue();
    }

    @Test
    void while_an_executor_is_full_its_handlers_wait_and_say_so() {
        for (int i = 0; i < 4; i++) {
            pool.execute(this::block);
        }
        ChangeListeners listeners = listening.start(
                listening.builder().executor(pool).on("stock").handle(change -> seen.add(id(change.fullDocument()))));

        insert("stock", 3);

        await().untilAsserted(() -> assertThat(only(listeners).reason())
                .hasMessageContaining(ProblemCode.NO_THREAD.id())
                .hasCauseInstanceOf(RejectedExecutionException.class));
        assertThat(only(listeners).phase()).isEqualTo(HandlerStatus.Phase.LISTENING);
        assertThat(seen).isEmpty();

        go.countDown();
        listening.awaitIdle();

        assertThat(seen).containsExactly(0, 1, 2);
        assertThat(only(listeners).reason()).isNull();
    }

    @Test
    void a_transaction_for_which_there_is_no_thread_waits_and_is_no_failure() {
        AtomicInteger calls = new AtomicInteger();
        Executor reluctant = work -> {
            if (calls.incrementAndGet() % 2 == 0) {
                throw new RejectedExecutionException("busy");
            }
            pool.execute(work);
        };
        ChangeListeners listeners = listening.start(listening
                .builder()
                .executor(reluctant)
                .on("stock")
                .handleInTransaction((change, session) -> seen.add(id(change.fullDocument()))));

        insert("stock", 20);
        listening.awaitIdle();

        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
        assertThat(only(listeners).counts().retried()).isZero();
    }

    @Test
    void a_handler_whose_calls_all_block_leaves_threads_to_the_others() {
        greedyBeside(listening.builder(), 100);
    }

    @Test
    void a_handler_whose_calls_all_block_leaves_threads_of_a_pool_to_the_others() {
        greedyBeside(listening.builder().executor(pool), 3);
        assertThat(listening.listeners().plan().toString())
                .contains(ProblemCode.FEWER_THREADS.id())
                .contains("Of the 4 threads")
                .contains("may hold 3 at a time");
    }

    @Test
    void a_handler_whose_calls_all_block_leaves_threads_to_those_that_come_later() {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            ChangeListeners listeners =
                    listening.start(greedy(listening.builder().executor(two, 2)));
            insert("greedy", 1);
            await().until(() -> blocked.get() == 1);
            listeners.on("modest").handle(change -> seen.add(id(change.fullDocument())));
            insert("modest", 3);

            await().untilAsserted(() -> assertThat(seen).hasSize(3));
        } finally {
            go.countDown();
            two.shutdown();
        }
    }

    @Test
    void an_executor_has_at_least_one_thread() {
        assertThatThrownBy(() -> listening.builder().executor(Runnable::run, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void greedyBeside(ChangeListenersBuilder builder, int share) {
        listening.start(greedy(builder).on("modest").handle(change -> seen.add(id(change.fullDocument()))));

        insert("greedy", 100);
        await().until(() -> blocked.get() == share);
        insert("modest", 3);

        await().untilAsserted(() -> assertThat(seen).hasSize(3));
        assertThat(blocked).hasValue(share);
        go.countDown();
        listening.awaitIdle();
    }

    private ChangeListenersBuilder greedy(ChangeListenersBuilder builder) {
        return builder.on("greedy").ordering(Ordering.NONE).concurrency(100).handle(change -> block());
    }

    private void block() {
        blocked.incrementAndGet();
        try {
            go.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static HandlerStatus only(ChangeListeners listeners) {
        return listeners.status().handlers().get(0);
    }

    private static int id(Document document) {
        return document.getInteger("_id");
    }

    private void insert(String collection, int count) {
        listening.run(database.getCollection(collection)
                .insertMany(IntStream.range(0, count)
                        .mapToObj(id -> new Document("_id", id))
                        .toList()));
    }
}
