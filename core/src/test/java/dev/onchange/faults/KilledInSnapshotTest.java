package dev.onchange.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The full form: {@code -Dkills=100 -Ddocuments=200000 -Drate=2000}. */
class KilledInSnapshotTest {

    private static final Logger LOG = LoggerFactory.getLogger(KilledInSnapshotTest.class);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final int documents = Integer.getInteger("documents", 8_000);

    /** So many documents are given in a second, at most. */
    private final int rate = Integer.getInteger("rate", documents / 2);

    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "indexed_" + Long.toHexString(System.nanoTime());
    private final MongoClient client = MongoClients.create(uri);
    private final MongoCollection<Document> items =
            client.getDatabase(database).getCollection(IndexingProgram.COLLECTION);
    private final ContinuousWrites writes = new ContinuousWrites();

    @TempDir
    Path folder;

    /**
     * A line of the program.
     *
     * @param at in nanoseconds, of a clock that all processes have in common
     */
    private record Given(String operation, int key, int version, long at) {

        static Given parse(String line) {
            String[] words = line.split(" ");
            return new Given(
                    words[0], Integer.parseInt(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
        }

        boolean isDocument() {
            return operation.equals("snapshot");
        }
    }

    /** One thread writes the keys at random: each write takes the next version of its key, deletions too. */
    private final class ContinuousWrites extends Thread {

        private final Random choice = new Random(seed + 1);
        private final Map<Integer, List<Boolean>> deletions = new HashMap<>();
        private volatile boolean stopped;

        @Override
        public void run() {
            while (!stopped) {
                write();
                LockSupport.parkNanos(2_000_000);
            }
        }

        private void write() {
            // Some keys did not exist when the snapshot began.
            int key = choice.nextInt(documents + documents / 10);
            List<Boolean> before = deletions.computeIfAbsent(key, any -> new ArrayList<>());
            boolean exists = !before.isEmpty() && !before.get(before.size() - 1);
            int version = before.size() + 1;
            if (!exists) {
                block(items.insertOne(new Document("_id", key).append(IndexingProgram.VERSION, version)));
                before.add(false);
            } else if (choice.nextInt(3) == 0) {
                block(items.deleteOne(Filters.eq(key)));
                before.add(true);
            } else {
                block(items.updateOne(Filters.eq(key), Updates.set(IndexingProgram.VERSION, version)));
                before.add(false);
            }
        }

        void finish() throws InterruptedException {
            stopped = true;
            join();
        }
    }

    @AfterEach
    void clear() throws InterruptedException {
        writes.finish();
        block(client.getDatabase(database).drop());
        block(client.getDatabase(database + "_state").drop());
        client.close();
    }

    @Test
    void a_snapshot_whose_process_is_killed_again_and_again_ends_with_an_index_that_equals_the_collection()
            throws Exception {
        int kills = Integer.getInteger("kills", 3);
        insert();
        writes.start();
        List<List<Given>> runs = new ArrayList<>();

        for (int kill = 0; kill < kills; kill++) {
            int enough = 1 + random.nextInt(Math.max(2, 2 * documents / kills));
            Path file = folder.resolve("run" + kill);
            try (Consumer program = start(file)) {
                await().atMost(Patience.LIMIT).until(() -> lines(file).size() >= enough || isComplete());
                program.kill();
                runs.add(lines(file));
            }
        }
        writes.finish();
        Path last = folder.resolve("last");
        Map<Integer, Integer> expected = collection();
        try (Consumer program = start(last)) {
            await().atMost(Patience.LIMIT)
                    .untilAsserted(
                            () -> assertThat(index(with(runs, lines(last)))).isEqualTo(expected));
        }
        runs.add(lines(last));

        assertInOrder(runs);
        long read =
                runs.stream().flatMap(List::stream).filter(Given::isDocument).count();
        LongSummaryStatistics again = millisAgain(runs);
        LOG.info(
                "seed {}, {} kills: {} documents were given {} times; of a run again what it did in its last {} ms, {} at most",
                seed,
                kills,
                documents,
                read,
                Math.round(again.getAverage()),
                again.getMax());
        assertThat(read).as("seed %d", seed).isLessThan(2L * documents + kills * 20_000L);
    }

    /** Of each run that was killed: how long before its end it had been given the first document that comes again. */
    private static LongSummaryStatistics millisAgain(List<List<Given>> runs) {
        Set<Integer> later = new HashSet<>();
        LongSummaryStatistics again = new LongSummaryStatistics();
        for (int i = runs.size() - 1; i >= 0; i--) {
            List<Given> documents =
                    runs.get(i).stream().filter(Given::isDocument).toList();
            if (i < runs.size() - 1 && !documents.isEmpty()) {
                long end = documents.get(documents.size() - 1).at();
                long begin = documents.stream()
                        .filter(given -> later.contains(given.key()))
                        .mapToLong(Given::at)
                        .min()
                        .orElse(end);
                again.accept(TimeUnit.NANOSECONDS.toMillis(end - begin));
            }
            documents.forEach(given -> later.add(given.key()));
        }
        return again;
    }

    private static List<List<Given>> with(List<List<Given>> runs, List<Given> last) {
        List<List<Given>> all = new ArrayList<>(runs);
        all.add(last);
        return all;
    }

    /** In one process, a document comes before its changes, each change once and none of them older than what came before. */
    private void assertInOrder(List<List<Given>> runs) {
        for (List<Given> run : runs) {
            Map<Integer, Integer> newest = new HashMap<>();
            for (Given given : run) {
                if (given.version() > 0) {
                    Integer before = newest.put(given.key(), given.version());
                    assertThat(before == null || before < given.version())
                            .as("seed %d: %s after version %s", seed, given, before)
                            .isTrue();
                    if (before != null && !given.isDocument()) {
                        List<Boolean> between =
                                writes.deletions.get(given.key()).subList(before, given.version() - 1);
                        assertThat(between)
                                .as("seed %d: before %s", seed, given)
                                .doesNotContain(false);
                    }
                }
            }
        }
    }

    private static Map<Integer, Integer> index(List<List<Given>> runs) {
        Map<Integer, Integer> index = new TreeMap<>();
        runs.forEach(run -> run.forEach(given -> {
            if (given.operation().equals("delete")) {
                index.remove(given.key());
            } else {
                index.put(given.key(), given.version());
            }
        }));
        return index;
    }

    private Map<Integer, Integer> collection() {
        Map<Integer, Integer> found = new TreeMap<>();
        Flux.from(items.find())
                .doOnNext(
                        document -> found.put(document.getInteger("_id"), document.getInteger(IndexingProgram.VERSION)))
                .blockLast();
        return found;
    }

    private boolean isComplete() {
        Document position = Mono.from(client.getDatabase(database + "_state")
                        .getCollection("onchange.positions")
                        .find(Filters.eq("index"))
                        .first())
                .block();
        return position != null && !position.containsKey("snapshot");
    }

    private void insert() {
        block(items.insertMany(IntStream.range(0, documents)
                .mapToObj(key -> new Document("_id", key).append(IndexingProgram.VERSION, 1))
                .toList()));
        IntStream.range(0, documents).forEach(key -> writes.deletions.put(key, new ArrayList<>(List.of(false))));
    }

    private Consumer start(Path file) throws IOException {
        return Consumer.start(IndexingProgram.class, uri, database, file, Integer.toString(rate));
    }

    private static List<Given> lines(Path file) throws IOException {
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Given::parse)
                .toList();
    }

    private static void block(Publisher<?> publisher) {
        Flux.from(publisher).blockLast();
    }
}
