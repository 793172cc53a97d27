package dev.onchange.examples.cluster;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.localmongo.LocalMongo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Starts a replica set and three processes, writes orders, kills one process and freezes another, and counts at the end
 * what was lost and what took effect twice:
 * {@code mvn -q -B -ntp compile exec:exec -pl examples/cluster -am}.
 */
public final class KillsAndFreezes {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String uri;
    private final String database;
    private final Duration lease;
    private final PrintStream out;
    private final Instant began = Instant.now();
    private final AtomicInteger written = new AtomicInteger();
    private final List<Process> processes = new ArrayList<>();
    private volatile boolean ending;

    KillsAndFreezes(String uri, String database, Duration lease, PrintStream out) {
        this.uri = uri;
        this.database = database;
        this.lease = lease;
        this.out = out;
    }

    /** Prints what happens and when; ends with the counts. */
    public static void main(String... arguments) throws Exception {
        try (LocalMongo mongo = LocalMongo.start()) {
            new KillsAndFreezes(mongo.connectionString(), "shop", Duration.ofSeconds(6), System.out).show();
        }
    }

    /** How many orders were lost, and how many took effect twice, by any of the handlers. */
    record Counts(int orders, long lost, long twice) {}

    Counts show() throws IOException, InterruptedException {
        try (MongoClient client = MongoClients.create(uri)) {
            for (int i = 1; i <= 3; i++) {
                start("instance " + i);
            }
            Thread writer = new Thread(() -> write(client.getDatabase(database).getCollection(Instance.ORDERS)));
            writer.start();
            awaitCounted(client, 50);

            say("kill -9 of instance 1");
            signal(processes.get(0), "-9");
            awaitCounted(client, written.get() + 1);
            say("all handlers go on");

            say("instance 2 stands still");
            signal(processes.get(1), "-STOP");
            awaitCounted(client, written.get() + 1);
            say("all handlers go on");
            signal(processes.get(1), "-CONT");
            say("instance 2 goes on");
            awaitCounted(client, written.get() + 50);

            ending = true;
            writer.join();
            awaitCounted(client, written.get());
            Counts counts = count(client);
            say(counts.orders() + " orders, lost " + counts.lost() + ", twice " + counts.twice());
            return counts;
        } finally {
            ending = true;
            processes.forEach(Process::destroyForcibly);
        }
    }

    private void say(String what) {
        out.printf("%6.1f s  %s%n", Duration.between(began, Instant.now()).toMillis() / 1e3, what);
    }

    private void start(String name) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Instance.class.getName(),
                        uri,
                        database,
                        name,
                        Long.toString(lease.toMillis()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.endsWith(" listens")) {
            line = lines.readLine();
        }
        say(Objects.requireNonNullElse(line, name + " did not start"));
        Thread told = new Thread(
                () -> lines.lines().filter(each -> each.startsWith(name)).forEach(this::say), name);
        told.setDaemon(true);
        told.start();
    }

    private static void signal(Process process, String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    private void write(MongoCollection<Document> orders) {
        while (!ending) {
            Mono.from(orders.insertOne(new Document("_id", written.get()))).block(PATIENCE);
            written.incrementAndGet();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Until each handler has counted so many orders. */
    private void awaitCounted(MongoClient client, int orders) {
        Flux.interval(Duration.ofMillis(50))
                .onBackpressureDrop()
                .concatMap(tick -> Flux.just("customer", "day", "product")
                        .concatMap(by ->
                                client.getDatabase(database).getCollection(by).estimatedDocumentCount())
                        .reduce(Math::min))
                .filter(least -> least >= orders)
                .next()
                .block(PATIENCE);
    }

    private Counts count(MongoClient client) {
        List<Integer> times = Flux.just("customer", "day", "product")
                .concatMap(by -> client.getDatabase(database).getCollection(by).find())
                .map(count -> count.getInteger("times"))
                .collectList()
                .block(PATIENCE);
        long lost = 3L * written.get() - Objects.requireNonNull(times).size();
        return new Counts(
                written.get(), lost, times.stream().filter(each -> each > 1).count());
    }
}
