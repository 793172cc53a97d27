package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandSucceededEvent;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.engine.bson.RawBytes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is read from the server while a handler does not get on. */
class BackPressureTest {

    /** Of 100 KB each: together more than twice what may be in memory. */
    private static final int LARGE = 500;

    /** What may be unsettled, a batch besides, and the one that reached the limit. */
    private static final long MOST_BYTES = 28L * 1024 * 1024;

    private static final int SIZE = 100 * 1024;

    private final Ground ground = new Ground();
    private final Replies replies = new Replies();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void large_changes_stay_on_the_server_while_a_handler_is_busy() {
        Busy handler = new Busy();
        try (ChangeListeners listeners = started(handler)) {
            listeners.pause("busy");
            large();

            listeners.resume("busy");

            assertReadAheadIsBounded();
            handler.go.countDown();
            await().atMost(Duration.ofMinutes(1)).until(() -> handler.handled.get() == LARGE);
        }
    }

    @Test
    void documents_are_looked_up_only_as_far_as_there_is_room_for_them() {
        BusyWithUpdates handler = new BusyWithUpdates();
        large();
        try (ChangeListeners listeners = started(handler)) {
            listeners.pause("busy");
            Ground.run(ground.collection("stock").updateMany(Filters.empty(), Updates.set("qty", 1)));

            listeners.resume("busy");

            assertReadAheadIsBounded();
            handler.go.countDown();
            await().atMost(Duration.ofMinutes(1)).until(() -> handler.handled.get() == LARGE);
        }
    }

    private void assertReadAheadIsBounded() {
        await().until(() -> replies.large.get() > 0);
        AtomicInteger before = new AtomicInteger();
        await().during(Duration.ofMillis(500))
                .until(() -> before.getAndSet(replies.large.get()) == replies.large.get());
        assertThat((long) replies.large.get() * SIZE).isLessThan(MOST_BYTES);
    }

    private void large() {
        String text = "x".repeat(SIZE);
        for (int from = 0; from < LARGE; from += 100) {
            Ground.run(ground.collection("stock")
                    .insertMany(IntStream.range(from, from + 100)
                            .mapToObj(i -> new Document("_id", i).append("text", text))
                            .toList()));
        }
    }

    private ChangeListeners started(Object handler) {
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(ground.uri().getConnectionString()))
                .addCommandListener(replies)
                .build();
        return ground.prepared(ChangeListeners.builder(settings), handler).start();
    }

    /** Counts the large events and documents that the server has sent. */
    private static final class Replies implements CommandListener {

        private static final Set<String> READING = Set.of("aggregate", "getMore", "find");

        final AtomicInteger large = new AtomicInteger();

        @Override
        public void commandSucceeded(CommandSucceededEvent event) {
            if (READING.contains(event.getCommandName())) {
                BsonDocument cursor = event.getResponse().getDocument("cursor");
                cursor.getArray(cursor.containsKey("firstBatch") ? "firstBatch" : "nextBatch").stream()
                        .filter(each -> RawBytes.length((RawBsonDocument) each.asDocument()) > SIZE)
                        .forEach(each -> large.incrementAndGet());
            }
        }
    }

    static final class Busy {

        final CountDownLatch go = new CountDownLatch(1);
        final AtomicInteger handled = new AtomicInteger();

        @OnChange(id = "busy", collection = "stock", operation = "insert")
        void changed(ChangeEvent<Document> change) throws InterruptedException {
            assertThat(go.await(1, TimeUnit.MINUTES)).isTrue();
            handled.incrementAndGet();
        }
    }

    static final class BusyWithUpdates {

        final CountDownLatch go = new CountDownLatch(1);
        final AtomicInteger handled = new AtomicInteger();

        @OnChange(id = "busy", collection = "stock", operation = "update", fullDocument = FullDocument.UPDATE_LOOKUP)
        void changed(ChangeEvent<Document> change) throws InterruptedException {
            assertThat(go.await(1, TimeUnit.MINUTES)).isTrue();
            handled.incrementAndGet();
        }
    }
}
