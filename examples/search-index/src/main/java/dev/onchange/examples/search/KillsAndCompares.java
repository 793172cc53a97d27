package dev.onchange.examples.search;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.localmongo.LocalMongo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Starts a replica set, fills a collection, and lets a process index it while others write; kills that process at random
 * moments and starts it again, and compares the index with the collection at the end:
 * {@code mvn -q -B -ntp compile exec:exec -pl examples/search-index -am}.
 */
public final class KillsAndCompares {

    private static final int DOCUMENTS = 60_000;
    private static final int KILLS = 6;
    private static final int LONGEST_MILLIS = 4_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String WORDS = "green oak table";

    private final String uri;
    private final String database;
    private final Search search;
    private final PrintStream out;
    private final Random random = new Random();
    private final Instant began = Instant.now();
    private volatile boolean complete;

    KillsAndCompares(String uri, String database, Path folder, PrintStream out) {
        this.uri = uri;
        this.database = database;
        this.search = new Search(folder);
        this.out = out;
    }

    /** Prints what happens and when; ends with an error if the index does not equal the collection. */
    public static void main(String... arguments) throws Exception {
        Path folder = Files.createTempDirectory("search-index");
        boolean equal;
        try (LocalMongo mongo = LocalMongo.start()) {
            equal = new KillsAndCompares(
                            mongo.connectionString(),
                            "shop_" + Long.toHexString(System.currentTimeMillis()),
                            folder,
                            System.out)
                    .show(DOCUMENTS, KILLS, LONGEST_MILLIS);
        } finally {
            delete(folder);
        }
        System.exit(equal ? 0 : 1);
    }

    /**
     * Whether the index equals the collection at the end.
     *
     * @param longestMillis how long a process that is to be killed listens at most
     */
    boolean show(int documents, int kills, int longestMillis) throws IOException, InterruptedException {
        try (MongoClient client = MongoClients.create(uri)) {
            Products products =
                    new Products(client.getDatabase(database).getCollection(Indexer.PRODUCTS), new Random());
            products.fill(documents);
            products.beginWriting();
            say("%,d products, and a thread that inserts, updates and deletes some all the time".formatted(documents));
            for (int kill = 1; kill <= kills; kill++) {
                Process indexing = start();
                indexing.waitFor(random.nextInt(longestMillis), TimeUnit.MILLISECONDS);
                new ProcessBuilder("kill", "-9", Long.toString(indexing.pid()))
                        .start()
                        .waitFor();
                indexing.waitFor();
                say("kill -9, %s: %,d documents in the index"
                        .formatted(complete ? "while changes are indexed" : "in the snapshot", search.count()));
            }
            Process indexing = start();
            try {
                say("%,d writes, the last of them now".formatted(products.endWriting()));
                return compare(products.all());
            } finally {
                indexing.getOutputStream().close();
                indexing.waitFor();
                drop(client, database);
                drop(client, IndexingProcess.stateDatabase(database));
            }
        }
    }

    /** Returns when the process listens. */
    private Process start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IndexingProcess.class.getName(),
                        uri,
                        database,
                        search.folder().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.equals(IndexingProcess.LISTENS)) {
            line = lines.readLine();
        }
        if (line == null) {
            throw new IllegalStateException("The indexing process has ended by itself.");
        }
        Thread told = new Thread(
                () -> lines.lines().filter(IndexingProcess.COMPLETE::equals).forEach(all -> complete = true));
        told.setDaemon(true);
        told.start();
        return process;
    }

    private boolean compare(Map<String, String> collection) throws IOException {
        Instant end = Instant.now().plus(PATIENCE);
        Differences differences = Differences.between(collection, search.all());
        while (!differences.none() && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            // To compare takes from the process that indexes, so that waits until there are as many.
            if (search.count() == collection.size()) {
                differences = Differences.between(collection, search.all());
            }
        }
        if (!differences.none()) {
            differences = Differences.between(collection, search.all());
        }
        say("%,d documents in the collection, %,d in the index: %s"
                .formatted(collection.size(), search.count(), differences));
        Search.Found found = search.search(WORDS, 2);
        say("search for \"%s\": %,d hits".formatted(WORDS, found.hits()));
        found.best().forEach(product -> say("  " + product));
        return differences.none();
    }

    private static void drop(MongoClient client, String name) {
        Mono.from(client.getDatabase(name).drop()).block();
    }

    private void say(String what) {
        out.printf("%6.1f s  %s%n", Duration.between(began, Instant.now()).toMillis() / 1e3, what);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
