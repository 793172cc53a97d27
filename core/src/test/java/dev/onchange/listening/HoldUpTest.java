package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One handler does not get on; the others do. */
class HoldUpTest {

    /** More than may be unsettled. */
    private static final int CHANGES = 6_000;

    private static final List<Integer> ALL = IntStream.range(0, CHANGES).boxed().toList();

    private final Ground ground = new Ground();
    private final List<ListenerEvent> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void a_handler_that_hangs_gets_a_stream_of_its_own_and_then_all_its_changes() {
        Hanging hanging = new Hanging();
        Quick quick = new Quick();
        try (ChangeListeners listeners = started(hanging, quick)) {
            assertThat(listeners.plan().streams()).hasSize(1);

            write();

            await().atMost(Duration.ofMinutes(1)).until(() -> quick.seen.size() == CHANGES);
            assertThat(hanging.seen).isEmpty();

            hanging.go.countDown();

            await().atMost(Duration.ofMinutes(1)).until(() -> hanging.seen.size() >= CHANGES);
            assertThat(hanging.seen).isEqualTo(ALL);
            assertThat(quick.seen).isEqualTo(ALL);
            assertThat(events).contains(new ListenerEvent.HandlerHeldUpOthers("hangs", ground.database() + ".stock"));
            assertThat(listeners.plan().streams())
                    .hasSize(2)
                    .anySatisfy(
                            stream -> assertThat(stream.reason()).contains("hangs held up the others of its stream"));
        }
    }

    @Test
    void a_handler_that_waits_for_other_attempts_does_not_keep_the_others_waiting() {
        Failing failing = new Failing();
        Quick quick = new Quick();
        try (ChangeListeners listeners = started(failing, quick)) {
            write();

            await().atMost(Duration.ofMinutes(1)).until(() -> quick.seen.size() == CHANGES);
            assertThat(quick.seen).isEqualTo(ALL);
            await().until(() -> listeners.plan().streams().size() == 2);
            assertThat(listeners.status().handler("fails").counts().deadLettered())
                    .isZero();
        }
    }

    private ChangeListeners started(Object... handlers) {
        return ground.builder(handlers)
                .holdUpPatience(Duration.ofMillis(400))
                .listener(events::add)
                .start();
    }

    private void write() {
        for (int from = 0; from < CHANGES; from += 1_000) {
            Ground.run(ground.collection("stock")
                    .insertMany(ALL.subList(from, from + 1_000).stream()
                            .map(i -> new Document("_id", i))
                            .toList()));
        }
    }

    static final class Hanging {

        final List<Integer> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch go = new CountDownLatch(1);

        @OnChange(id = "hangs", collection = "stock", operation = "insert")
        void changed(Document document) throws InterruptedException {
            assertThat(go.await(1, TimeUnit.MINUTES)).isTrue();
            seen.add(document.getInteger("_id"));
        }
    }

    static final class Failing {

        @OnChange(
                id = "fails",
                collection = "stock",
                operation = "insert",
                retry = @Retry(attempts = 3, backoff = "1h", maxBackoff = "1h"))
        void changed(ChangeEvent<Document> change) {
            throw new IllegalStateException("the other service is down");
        }
    }

    static final class Quick {

        final List<Integer> seen = new CopyOnWriteArrayList<>();

        @OnChange(id = "quick", collection = "stock", operation = "insert")
        void changed(Document document) {
            seen.add(document.getInteger("_id"));
        }
    }
}
