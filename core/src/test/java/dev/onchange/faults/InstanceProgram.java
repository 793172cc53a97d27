package dev.onchange.faults;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.Document;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One of several instances: tells each call in a file, and counts the changes in transactions. */
final class InstanceProgram {

    static final String TOTALS = "totals";
    static final String TIMES = "n";
    static final String COUNTER = "counter";
    static final int CONCURRENCY = 8;

    /** Of connections that are dead without a word; it is not this that is tried here. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

    private static final String[] COUNTED = {"insert", "update", "delete"};

    private final FileChannel file;
    private final String database;
    private final Settings settings;
    private final Mono<Boolean> begun;

    /**
     * What it is like.
     *
     * @param name of the instance; empty if it has none
     * @param handlers how many tell their calls
     * @param partitions of each of them
     * @param work how long each of their calls takes, of which a handler does as many at a time as {@code concurrency} says
     * @param counts whether there is the one that counts in transactions
     * @param version of the handlers
     */
    record Settings(
            Duration lease,
            String name,
            int handlers,
            int partitions,
            int concurrency,
            Duration work,
            boolean counts,
            int version) {

        static Settings usual(Duration lease) {
            return new Settings(lease, "", 6, 1, CONCURRENCY, Duration.ZERO, true, 1);
        }

        /** The same but in the number of handlers, and whether one counts. */
        Settings with(int otherHandlers, boolean counting) {
            return new Settings(lease, name, otherHandlers, partitions, concurrency, work, counting, version);
        }

        /** The same handlers, declared otherwise. */
        Settings ofVersion(int other) {
            return new Settings(lease, name, handlers, partitions, concurrency, work, counts, other);
        }

        Settings named(String other) {
            return new Settings(lease, other, handlers, partitions, concurrency, work, counts, version);
        }

        /** With handlers that take their time, one change at a time, from {@link InstanceProgram#begin} on. */
        Settings working(int inParts, Duration each) {
            return new Settings(lease, name, handlers, inParts, 1, each, counts, version);
        }

        String line() {
            return String.join(
                    ",",
                    Long.toString(lease.toMillis()),
                    Integer.toString(handlers),
                    Integer.toString(partitions),
                    Integer.toString(concurrency),
                    Long.toString(work.toMillis()),
                    Boolean.toString(counts),
                    Integer.toString(version),
                    name);
        }

        static Settings parse(String line) {
            String[] words = line.split(",", -1);
            return new Settings(
                    Duration.ofMillis(Long.parseLong(words[0])),
                    words[7],
                    Integer.parseInt(words[1]),
                    Integer.parseInt(words[2]),
                    Integer.parseInt(words[3]),
                    Duration.ofMillis(Long.parseLong(words[4])),
                    Boolean.parseBoolean(words[5]),
                    Integer.parseInt(words[6]));
        }

        List<String> recorders() {
            return IntStream.range(0, handlers).mapToObj(i -> "handler" + i).toList();
        }
    }

    private InstanceProgram(FileChannel file, Path begin, String database, Settings settings) {
        this.file = file;
        this.database = database;
        this.settings = settings;
        this.begun = Flux.interval(Duration.ofMillis(5))
                .map(tick -> Files.exists(begin))
                .filter(exists -> exists)
                .next()
                .cache();
    }

    /** The file beside those of programs that lets handlers begin which take their time. */
    static Path begin(Path folder) {
        return folder.resolve("begin");
    }

    /** @param arguments connection string, database, file, and the settings in a line */
    public static void main(String... arguments) throws IOException {
        Path path = Path.of(arguments[2]);
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            InstanceProgram program = new InstanceProgram(
                    file, begin(path.toAbsolutePath().getParent()), arguments[1], Settings.parse(arguments[3]));
            Files.writeString(Consumer.told(path), now() + "\n");
            try (ChangeListeners listeners = program.builder(arguments[0]).start()) {
                Disposable answers = answerWhenAsked(Consumer.asked(path), listeners);
                Consumer.announceReady(path);
                Consumer.awaitEndOfInput();
                answers.dispose();
            }
        }
    }

    private static Disposable answerWhenAsked(Path asked, ChangeListeners listeners) {
        return Flux.interval(Duration.ofMillis(500))
                .onBackpressureDrop()
                .filter(tick -> Files.exists(asked))
                .subscribe(tick -> {
                    System.out.println(listeners.status());
                    try {
                        Files.deleteIfExists(asked);
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                });
    }

    private ChangeListenersBuilder builder(String uri) {
        ChangeListenersBuilder builder = ChangeListeners.builder(uri)
                .database(database)
                .stateDatabase(database + "_state")
                .checkpointInterval(Duration.ofMillis(200))
                .answerTimeout(ANSWER_TIMEOUT)
                .cluster(Cluster.usual().withLease(settings.lease()))
                .instance(settings.name());
        settings.recorders().forEach(id -> add(builder, id));
        return settings.counts() ? builder.handlers(this) : builder;
    }

    private void add(ChangeListenersBuilder builder, String id) {
        builder.on(Writer.COLLECTION)
                .id(id)
                .operation(COUNTED)
                .match("{ 'documentKey._id': { $gte: %d } }".formatted(-settings.version()))
                .fullDocumentBeforeChange(FullDocumentBeforeChange.WHEN_AVAILABLE)
                .partitions(settings.partitions())
                .concurrency(settings.concurrency())
                .handleAsync((change, attempt) -> settings.work().isZero()
                        ? Mono.fromRunnable(() -> tell(id, change, attempt))
                        : begun.then(Mono.delay(settings.work())).doOnNext(done -> tell(id, change, attempt)));
    }

    @OnChange(
            id = COUNTER,
            collection = Writer.COLLECTION,
            operation = {"insert", "update", "delete"},
            fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
            concurrency = 4,
            transactional = true)
    Publisher<?> count(ChangeEvent<Document> change, ClientSession session) {
        return totals(session)
                .updateOne(
                        session,
                        Filters.eq(Write.of(change).line()),
                        Updates.inc(TIMES, 1),
                        new UpdateOptions().upsert(true));
    }

    private MongoCollection<Document> totals(ClientSession session) {
        return ((MongoClient) session.getOriginator()).getDatabase(database).getCollection(TOTALS);
    }

    /** On Linux the same in all processes of a machine. */
    static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void tell(String handler, ChangeEvent<Document> change, Attempt attempt) {
        Calls.Call call = new Calls.Call(handler, Write.of(change), attempt.term(), now());
        synchronized (file) {
            try {
                file.write(ByteBuffer.wrap((call.line() + "\n").getBytes(StandardCharsets.UTF_8)));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
