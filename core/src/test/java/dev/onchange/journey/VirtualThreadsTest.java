package dev.onchange.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChangeException;
import dev.onchange.Ordering;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtualThreadsTest {

    /** More than Reactor's bounded-elastic scheduler has threads on a small machine. */
    private static final int MANY = 100;

    private final Ground ground = new Ground();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final CountDownLatch all = new CountDownLatch(MANY);

    @AfterEach
    void clear() {
        ground.close();
    }

    /** What can be shown depends on the Java that the tests run on; they run on one before and one after 21. */
    @Test
    void handlers_run_on_virtual_threads_or_the_builder_says_why_not() {
        if (Runtime.version().feature() < 21) {
            assertThatThrownBy(() -> ground.builder().virtualThreads())
                    .isInstanceOf(OnChangeException.class)
                    .hasMessageContaining("ONC-1121")
                    .hasMessageContaining("virtual threads need Java 21")
                    .hasMessageContaining("this is Java " + Runtime.version().feature());
        } else {
            manyCallsWaitForEachOther(ground.builder().virtualThreads());

            assertThat(threads).hasSize(MANY).allMatch(thread -> thread.startsWith("VirtualThread["));
        }
    }

    private void manyCallsWaitForEachOther(ChangeListenersBuilder builder) {
        try (ChangeListeners listeners = builder.on("stock")
                .ordering(Ordering.NONE)
                .concurrency(MANY)
                .handle(change -> {
                    threads.add(Thread.currentThread().toString());
                    all.countDown();
                    all.await();
                })
                .start()) {
            for (int i = 0; i < MANY; i++) {
                ground.insert("stock", i);
            }
            await().until(() -> all.getCount() == 0);
        }
    }
}
