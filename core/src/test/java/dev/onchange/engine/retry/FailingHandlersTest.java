package dev.onchange.engine.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.HandlerTimeoutException;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.Replayed;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The whole journey on a real server, with handlers that fail. */
class FailingHandlersTest {

    private final String database = "failing_" + Long.toHexString(System.nanoTime());
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private MongoClient client;
    private MongoCollection<Document> items;

    @BeforeEach
    void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
        items = client.getDatabase(database).getCollection("items");
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void poisoned_documents_wait_for_their_replay_over_a_restart_and_the_others_go_on() {
        Poisoned handlers = new Poisoned();
        handlers.poison.addAll(Set.of(3, 7));
        try (ChangeListeners listeners = listeners(handlers)) {
            writeAll(1);
            await().until(() ->
                    listeners.deadLetters().count(DeadLetterFilter.all()).block() == 2);
        }

        try (ChangeListeners listeners = listeners(handlers)) {
            writeAll(2);
            await().until(() -> listeners
                            .deadLetters()
                            .count(DeadLetterFilter.all().waiting())
                            .block()
                    == 2);
            await().untilAsserted(() -> assertThat(handlers.seen)
                    .hasSize(8)
                    .allSatisfy((id, versions) -> assertThat(versions).containsExactly(1, 2)));
            handlers.poison.clear();

            Replayed result =
                    listeners.deadLetters().replay(DeadLetterFilter.all()).block();

            assertThat(result).isEqualTo(new Replayed(4, 0));
            writeAll(3);
            await().untilAsserted(() -> assertThat(handlers.seen)
                    .hasSize(10)
                    .allSatisfy((id, versions) -> assertThat(versions).containsExactly(1, 2, 3)));
        }
    }

    @Test
    void a_handler_that_never_ends_becomes_a_dead_letter_when_there_is_a_time_out() {
        Endless handlers = new Endless();
        try (ChangeListeners listeners = ChangeListeners.builder(
                        LocalMongo.shared().connectionString())
                .database(database)
                .stateDatabase(database + "_state")
                .handlers(handlers)
                .handlerTimeout(Duration.ofMillis(50))
                .start()) {

            write(1, 1);

            await().until(() -> listeners
                            .deadLetters()
                            .count(DeadLetterFilter.all().failure(HandlerTimeoutException.class))
                            .block()
                    == 2);
        }
    }

    @Test
    void with_random_failures_and_restarts_each_change_comes_at_least_once_and_in_order() {
        Restless handlers = new Restless(seed);
        int version = 0;
        for (int restart = 0; restart < 4; restart++) {
            try (ChangeListeners listeners = listeners(handlers)) {
                int before = handlers.count();
                int some = random.nextInt(40);
                for (int i = 0; i < 5; i++) {
                    writeAll(++version);
                }
                await().until(() -> handlers.count() >= before + some);
            }
        }
        int last = version;

        try (ChangeListeners listeners = listeners(handlers)) {
            await().untilAsserted(() -> assertThat(handlers.seen)
                    .as("seed %d", seed)
                    .hasSize(10)
                    .allSatisfy((id, versions) -> assertThat(versions.stream().distinct())
                            .containsExactlyElementsOf(
                                    IntStream.rangeClosed(1, last).boxed().toList())));
        }
    }

    private ChangeListeners listeners(Object handlers) {
        return ChangeListeners.builder(LocalMongo.shared().connectionString())
                .database(database)
                .stateDatabase(database + "_state")
                .handlers(handlers)
                .start();
    }

    private void writeAll(int version) {
        IntStream.range(0, 10).forEach(id -> write(id, version));
    }

    private void write(int id, int version) {
        Mono.from(items.replaceOne(
                        Filters.eq(id),
                        new Document("_id", id).append("version", version),
                        new ReplaceOptions().upsert(true)))
                .block();
    }

    static final class Poisoned {

        final Set<Integer> poison = ConcurrentHashMap.newKeySet();
        final Map<Integer, List<Integer>> seen = new ConcurrentHashMap<>();

        @OnChange(id = "poisoned", collection = "items", retry = @Retry(attempts = 2, backoff = "1ms"), concurrency = 3)
        void changed(Document item) {
            int id = item.getInteger("_id");
            if (poison.contains(id)) {
                throw new IllegalStateException("poison");
            }
            seen.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(item.getInteger("version"));
        }
    }

    static final class Endless {

        @OnChange(id = "mono", collection = "items", retry = @Retry(attempts = 1))
        Mono<Void> never(Document item) {
            return Mono.never();
        }

        @OnChange(id = "thread", collection = "items", retry = @Retry(attempts = 1))
        synchronized void waits(Document item) throws InterruptedException {
            wait();
        }
    }

    static final class Restless {

        final Map<Integer, List<Integer>> seen = new ConcurrentHashMap<>();
        private final long seed;

        Restless(long seed) {
            this.seed = seed;
        }

        @OnChange(id = "restless", collection = "items", retry = @Retry(backoff = "1ms"), concurrency = 4)
        Mono<Void> changed(ChangeEvent<Document> change, Attempt attempt) {
            int id = change.fullDocument().getInteger("_id");
            int version = change.fullDocument().getInteger("version");
            int dice = Math.floorMod(Long.hashCode(seed ^ (id * 31L + version) * 0x9E3779B9L), 4);
            if (dice == 0 && attempt.number() < 3) {
                throw new IllegalStateException("dice");
            }
            Mono<Void> note = Mono.fromRunnable(() -> seen.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>())
                    .add(version));
            return dice == 1 ? note.delaySubscription(Duration.ofMillis(1)) : note;
        }

        int count() {
            return seen.values().stream().mapToInt(List::size).sum();
        }
    }
}
