package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Processes that share their work, killed and frozen under load. The full form: {@code -Drounds=100}. */
class SeveralProcessesTest {

    private static final Logger LOG = LoggerFactory.getLogger(SeveralProcessesTest.class);

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final int PROCESSES = 3;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final int rounds = Integer.getInteger("rounds", 1);
    private final Random random = new Random(seed);
    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "processes_" + Long.toHexString(System.nanoTime());
    private final MongoClient client = MongoClients.create(uri);
    private final MongoCollection<Document> items = client.getDatabase(database).getCollection(InstanceProgram.ITEMS);
    private final AtomicInteger written = new AtomicInteger();
    private final List<Consumer> living = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private volatile boolean ending;

    @TempDir
    Path folder;

    @AfterEach
    void end() throws IOException {
        ending = true;
        for (Consumer consumer : living) {
            consumer.close();
        }
        client.close();
    }

    @Test
    void nothing_is_lost_and_transactions_take_effect_once_while_processes_are_killed_and_frozen()
            throws IOException, InterruptedException {
        for (int i = 0; i < PROCESSES; i++) {
            living.add(start());
        }
        Thread writer = new Thread(this::write, "writer");
        writer.start();

        List<Duration> pauses = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            pauses.add(untilHandledByOthers("killed", Consumer::kill));
            living.add(start());
            pauses.add(untilHandledByOthers("frozen", Consumer::freeze));
        }
        ending = true;
        writer.join();
        Set<Integer> all =
                new HashSet<>(IntStream.range(0, written.get()).boxed().toList());
        Patience.awaitUnlessLost(() -> counted().size(), all.size());
        Patience.awaitUnlessLost(() -> missing(all).isEmpty());

        LOG.info("seed {}, {} rounds, {} changes: pauses {}", seed, rounds, written, pauses);
        assertThat(missing(all)).as("lost, seed %d", seed).isEmpty();
        assertThat(counted().values())
                .as("effects, seed %d", seed)
                .hasSize(all.size())
                .containsOnly(1);
    }

    private Consumer start() throws IOException {
        Path file = folder.resolve("instance" + files.size());
        files.add(file);
        return Consumer.start(InstanceProgram.class, uri, database, file, Long.toString(LEASE.toMillis()), "");
    }

    private interface Blow {
        void to(Consumer consumer) throws IOException;
    }

    /** Until all handlers have gone on elsewhere with what was written after the blow. */
    private Duration untilHandledByOthers(String how, Blow blow) throws IOException {
        int written = this.written.get();
        await().atMost(Patience.LIMIT).until(() -> missing(Set.of(written)).isEmpty());
        Consumer victim = living.remove(random.nextInt(living.size()));
        blow.to(victim);
        long begin = System.nanoTime();
        int first = this.written.get() + 1;
        await().atMost(Patience.LIMIT).until(() -> missing(Set.of(first)).isEmpty());
        Duration pause = Duration.ofNanos(System.nanoTime() - begin);
        LOG.info("{}: all handlers went on after {}", how, pause);
        if (how.equals("frozen")) {
            victim.thaw();
            living.add(victim);
        }
        return pause;
    }

    private void write() {
        while (!ending) {
            Mono.from(items.insertOne(new Document("_id", written.get()))).block(Patience.LIMIT);
            written.incrementAndGet();
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(30).toNanos());
        }
    }

    private record Call(String handler, int item, long term) {}

    private List<Call> calls() throws IOException {
        List<Call> calls = new ArrayList<>();
        for (Path file : files) {
            String text = Files.readString(file);
            text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(line -> {
                String[] words = line.split(" ");
                calls.add(new Call(words[0], Integer.parseInt(words[1]), Long.parseLong(words[2])));
            });
        }
        return calls;
    }

    private Set<String> missing(Set<Integer> wanted) throws IOException {
        Set<String> missing = new HashSet<>();
        for (int handler = 0; handler < InstanceProgram.HANDLERS; handler++) {
            for (int item : wanted) {
                missing.add("handler" + handler + " " + item);
            }
        }
        calls().forEach(call -> missing.remove(call.handler() + " " + call.item()));
        return missing;
    }

    private Map<Integer, Integer> counted() {
        return Flux.from(client.getDatabase(database)
                        .getCollection(InstanceProgram.TOTALS)
                        .find(Filters.empty()))
                .collectMap(total -> total.getInteger("_id"), total -> total.getInteger("n"))
                .block(Patience.LIMIT);
    }
}
