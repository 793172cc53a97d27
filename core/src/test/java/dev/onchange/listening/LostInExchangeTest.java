package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Sharing;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An instance that is taken for dead while it exchanges streams. */
class LostInExchangeTest {

    private static final int UNAUTHORIZED = 13;

    private final Ground ground = new Ground();

    @AfterEach
    void close() {
        ground.close();
    }

    static final class Held {
        private final List<Integer> seen = new CopyOnWriteArrayList<>();
        private final CountDownLatch begun = new CountDownLatch(2);
        private final CountDownLatch goOn = new CountDownLatch(1);

        @OnChange(collection = "items", id = "a")
        void a(Document item) throws InterruptedException {
            begun.countDown();
            goOn.await();
            seen.add(item.getInteger("_id"));
        }

        @OnChange(collection = "items", id = "b")
        void b(Document item) throws InterruptedException {
            a(item);
        }
    }

    static final class Free {
        @OnChange(collection = "items", id = "a")
        void a(Document item) {}

        @OnChange(collection = "items", id = "b")
        void b(Document item) {}
    }

    static final class Cache {
        @OnChange(collection = "items", id = "cache", sharing = Sharing.BROADCAST, exhausted = Exhausted.SKIP)
        void changed(Document item) {}
    }

    @Test
    void one_that_loses_its_handlers_while_it_gives_one_away_takes_others_later() throws InterruptedException {
        Held held = new Held();
        // The stream that has lost them stays for the one that each instance has.
        try (ChangeListeners first = builder(held, new Cache()).start();
                ChangeListeners second = builder(new Free(), new Cache()).start()) {
            loseInExchange(first, held);
            held.goOn.countDown();
            await().atMost(Duration.ofSeconds(30)).until(() -> listening(second) == 3);

            second.close();

            await().atMost(Duration.ofSeconds(30)).until(() -> listening(first) == 3);
            ground.insert("items", 1);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> held.seen.stream().filter(item -> item == 1).count() == 2);
            assertThat(first.status().healthy()).isTrue();
        }
    }

    @Test
    void one_that_loses_its_handlers_in_an_exchange_that_fails_does_not_take_them_back() throws InterruptedException {
        Held held = new Held();
        // Else it would learn when it saves that another instance has them.
        Duration never = Duration.ofHours(1);
        try (ChangeListeners first =
                        builder(held, new Cache()).checkpointInterval(never).start();
                ChangeListeners second = builder(new Free(), new Cache()).start()) {
            loseInExchange(first, held);
            await().atMost(Duration.ofSeconds(30)).until(() -> listening(second) == 3);
            try (FailPoint unopened = LocalMongo.shared()
                    .failPoint(
                            "failCommand",
                            "alwaysOn",
                            new Document("failCommands", List.of("aggregate"))
                                    .append("namespace", ground.database() + ".items")
                                    .append("errorCode", UNAUTHORIZED))) {
                held.goOn.countDown();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> phase(first, "cache") == HandlerStatus.Phase.STOPPED);
            }

            assertThat(phase(first, "a")).isEqualTo(HandlerStatus.Phase.ELSEWHERE);
            assertThat(phase(first, "b")).isEqualTo(HandlerStatus.Phase.ELSEWHERE);
        }
    }

    /** It is taken for dead while it gives one of its handlers away, and joins again. */
    private void loseInExchange(ChangeListeners first, Held held) throws InterruptedException {
        ground.insert("items", 0);
        held.begun.await();
        String id = first.status().cluster().ownerOf("a").orElseThrow().id();
        // The stream is closed for the one that goes, which waits for the calls.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> first.status().streams().stream()
                        .noneMatch(stream -> stream.phase() == StreamStatus.Phase.OPEN));
        Ground.run(members().updateOne(Filters.eq(new ObjectId(id)), Updates.set("state", "dead")));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> first.status().cluster().members().stream()
                        .anyMatch(member -> member.self() && !member.id().equals(id)));
    }

    private ChangeListenersBuilder builder(Object... handlers) {
        return ground.builder(handlers).cluster(Cluster.usual().withLease(Duration.ofSeconds(8)));
    }

    private static HandlerStatus.Phase phase(ChangeListeners listeners, String id) {
        return listeners.status().handler(id).phase();
    }

    private static long listening(ChangeListeners listeners) {
        return listeners.status().handlers().stream()
                .filter(handler -> handler.phase() == HandlerStatus.Phase.LISTENING)
                .count();
    }

    private MongoCollection<Document> members() {
        return ground.client().getDatabase(ground.state()).getCollection("onchange.members");
    }
}
