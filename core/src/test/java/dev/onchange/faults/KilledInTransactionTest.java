package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The full form: {@code -Dkills=100}. */
class KilledInTransactionTest {

    private static final Logger LOG = LoggerFactory.getLogger(KilledInTransactionTest.class);

    /** What a killed process leaves open ends after this; by default a minute. */
    private static final int TRANSACTION_SECONDS = 8;

    /** Transactions take their time, and what a killed one has locked is waited for. */
    private static final Duration PAUSE = Duration.ofMillis(400);

    /** In turn: what one settles change by change, the other settles in batches, and each may find it settled. */
    private static final List<Class<?>> PROGRAMS = List.of(CountingProgram.class, BatchCountingProgram.class);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final String database = "killed";
    private final LocalMongo mongo = LocalMongo.builder()
            .parameter("transactionLifetimeLimitSeconds", TRANSACTION_SECONDS)
            .start();
    private final MongoClient client = MongoClients.create(mongo.connectionString());
    private final Writer writer = new Writer(mongo.connectionString(), database, seed);

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        writer.close();
        client.close();
        mongo.close();
    }

    @Test
    void in_a_transaction_each_change_takes_effect_once_however_often_its_consumer_is_killed() throws IOException {
        int kills = Integer.getInteger("kills", 2);
        MongoCollection<Document> counts = client.getDatabase(database).getCollection(CountingProgram.COUNTS);

        for (int kill = 0; kill < kills; kill++) {
            try (Consumer consumer = start(PROGRAMS.get(kill % PROGRAMS.size()), kill)) {
                if (kill == 0) {
                    writer.begin(PAUSE);
                }
                long enough = count(counts) + 1 + random.nextInt(150);
                await().atMost(Patience.LIMIT).until(() -> count(counts) >= enough);
                consumer.kill();
            }
        }
        writer.finish();
        try (Consumer consumer = start(CountingProgram.class, kills)) {
            Patience.awaitUnlessLost(() -> count(counts), writer.count());
        }

        Set<Write> effects = Flux.from(counts.find())
                .map(count -> Write.parse(count.getString("_id")))
                .collect(Collectors.toSet())
                .block();
        long severalTimes = Mono.from(counts.countDocuments(Filters.ne(CountingProgram.TIMES, 1)))
                .block();
        Set<Write> written = writer.writes();
        long lost = written.stream().filter(write -> !effects.contains(write)).count();
        LOG.info(
                "seed {}, {} kills in transactions: {} written, {} lost, {} more than once",
                seed,
                kills,
                written.size(),
                lost,
                severalTimes);
        assertThat(lost).as("lost, seed %d", seed).isZero();
        assertThat(severalTimes).as("more than once, seed %d", seed).isZero();
        assertThat(effects).as("seed %d", seed).hasSameSizeAs(written);
    }

    private Consumer start(Class<?> program, int run) throws IOException {
        return Consumer.start(program, mongo.connectionString(), database, folder.resolve("run" + run));
    }

    private static long count(MongoCollection<Document> counts) {
        return Mono.from(counts.countDocuments()).block();
    }
}
