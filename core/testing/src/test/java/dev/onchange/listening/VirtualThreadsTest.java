package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChangeException;
import dev.onchange.Ordering;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.bson.Document;
import org.junit.jupiter.api.Test;

@OnChangeTest
class VirtualThreadsTest {

    /** More than Reactor's bounded-elastic scheduler has threads on a small machine. */
    private static final int MANY = 100;

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final CountDownLatch all = new CountDownLatch(MANY);

    /** What can be shown depends on the Java that the tests run on; they run on one before and one after 21. */
    @Test
    void handlers_run_on_virtual_threads_or_the_builder_says_why_not() {
        if (Runtime.version().feature() < 21) {
            assertThatThrownBy(() -> listening.builder().virtualThreads())
                    .isInstanceOf(OnChangeException.class)
                    .hasMessageContaining("ONC-1121")
                    .hasMessageContaining("virtual threads need Java 21")
                    .hasMessageContaining("this is Java " + Runtime.version().feature());
        } else {
            manyCallsWaitForEachOther(listening.builder().virtualThreads());

            assertThat(threads).hasSize(MANY).allMatch(thread -> thread.startsWith("VirtualThread["));
        }
    }

    private void manyCallsWaitForEachOther(ChangeListenersBuilder builder) {
        listening.start(
                builder.on("stock").ordering(Ordering.NONE).concurrency(MANY).handle(change -> {
                    threads.add(Thread.currentThread().toString());
                    all.countDown();
                    all.await();
                }));
        for (int i = 0; i < MANY; i++) {
            listening.run(database.getCollection("stock").insertOne(new Document("_id", i)));
        }
        listening.awaitIdle();
    }
}
