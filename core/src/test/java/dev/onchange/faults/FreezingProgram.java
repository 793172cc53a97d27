package dev.onchange.faults;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Attempt;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.RetryPolicy;
import dev.onchange.checkpoint.MongoCheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bson.BsonValue;
import org.bson.Document;

/** Stands still once, as if stopped by the signal, in the middle of what it is told to; for each there is a handler. */
final class FreezingProgram {

    static final String ITEMS = "items";
    static final String TOTALS = "totals";
    static final String LETTERS = "deadLetters";
    static final Duration LEASE = Duration.ofSeconds(2);

    /** Where it stands still. */
    enum Point {
        HANDLER,
        SAVE,
        LETTER,
        TRANSACTION,
        COMMIT;

        String handlerId() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** Whether a command is the one before which it stands still. */
        boolean isAt(CommandStartedEvent event) {
            String name = event.getCommandName();
            BsonValue collection = event.getCommand().get(name);
            String on = collection != null && collection.isString()
                    ? collection.asString().getValue()
                    : "";
            return switch (this) {
                case HANDLER -> false;
                case SAVE ->
                    on.equals(MongoCheckpointStore.COLLECTION)
                            && Set.of("update", "findAndModify").contains(name);
                case LETTER -> on.equals(LETTERS) && name.equals("insert");
                case TRANSACTION -> on.equals(TOTALS) && name.equals("update");
                case COMMIT -> name.equals("commitTransaction");
            };
        }
    }

    private final Path file;
    private final String database;
    private volatile boolean over;

    private FreezingProgram(Path file, String database) {
        this.file = file;
        this.database = database;
    }

    /** @param arguments connection string, database, file, and points, at the first of which it stands still if asked to */
    public static void main(String... arguments) throws IOException {
        Path file = Path.of(arguments[2]);
        new FreezingProgram(file, arguments[1])
                .run(
                        arguments[0],
                        Arrays.stream(arguments).skip(3).map(Point::valueOf).toList());
    }

    private void run(String uri, List<Point> points) throws IOException {
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .addCommandListener(new CommandListener() {
                    @Override
                    public void commandStarted(CommandStartedEvent event) {
                        if (points.get(0).isAt(event)) {
                            standStillIfAsked();
                        }
                    }
                })
                .build();
        ChangeListenersBuilder builder = ChangeListeners.builder(settings)
                .database(database)
                .stateDatabase(database + "_state")
                .checkpointInterval(Duration.ofMillis(200))
                .cluster(Cluster.usual().withLease(LEASE));
        points.forEach(point -> add(builder, point));
        try (ChangeListeners listeners = builder.start()) {
            Consumer.announceReady(file);
            Consumer.awaitEndOfInput();
        }
    }

    private void add(ChangeListenersBuilder builder, Point point) {
        String id = point.handlerId();
        switch (point) {
            case HANDLER ->
                builder.on(ITEMS).id(id).operation("insert").handle((change, attempt) -> {
                    standStillIfAsked();
                    tell(id, change.fullDocument(), attempt);
                });
            case SAVE ->
                builder.on(ITEMS)
                        .id(id)
                        .operation("insert")
                        .handle((change, attempt) -> tell(id, change.fullDocument(), attempt));
            case LETTER ->
                builder.on(ITEMS)
                        .id(id)
                        .operation("insert")
                        .retry(RetryPolicy.DEFAULT.withAttempts(1))
                        .handle(change -> {
                            throw new IllegalStateException("as ever");
                        });
            case TRANSACTION, COMMIT ->
                builder.on(ITEMS)
                        .id(id)
                        .operation("insert")
                        .handleInTransaction((change, session) -> totals(session)
                                .updateOne(
                                        session,
                                        Filters.eq(
                                                id + " " + change.fullDocument().getInteger("_id")),
                                        Updates.inc("n", 1),
                                        new UpdateOptions().upsert(true)));
        }
    }

    private MongoCollection<Document> totals(ClientSession session) {
        return ((MongoClient) session.getOriginator()).getDatabase(database).getCollection(TOTALS);
    }

    private synchronized void tell(String id, Document item, Attempt attempt) {
        try {
            Files.writeString(
                    file,
                    id + " " + item.getInteger("_id") + " " + attempt.term() + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What a process asks that lets this one stand still. */
    static Path asked(Path file) {
        return file.resolveSibling(file.getFileName() + ".freeze");
    }

    private void standStillIfAsked() {
        if (!over && Files.exists(asked(file))) {
            over = true;
            try {
                new ProcessBuilder(
                                "kill",
                                "-STOP",
                                Long.toString(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
