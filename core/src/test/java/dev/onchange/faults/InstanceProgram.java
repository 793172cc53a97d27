package dev.onchange.faults;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
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
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.bson.Document;
import org.reactivestreams.Publisher;

/** One of several instances: tells each call in a file, and counts the changes in transactions. */
final class InstanceProgram {

    static final String TOTALS = "totals";
    static final String TIMES = "n";
    static final String COUNTER = "counter";
    static final int HANDLERS = 6;
    static final int CONCURRENCY = 8;

    private final FileChannel file;
    private final MongoCollection<Document> totals;

    private InstanceProgram(FileChannel file, MongoCollection<Document> totals) {
        this.file = file;
        this.totals = totals;
    }

    /** @param arguments connection string, database, file, the lease in milliseconds, and a name, which may be empty */
    public static void main(String... arguments) throws IOException {
        Path path = Path.of(arguments[2]);
        try (FileChannel file = FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                MongoClient client = MongoClients.create(arguments[0])) {
            InstanceProgram handlers =
                    new InstanceProgram(file, client.getDatabase(arguments[1]).getCollection(TOTALS));
            ChangeListenersBuilder builder = ChangeListeners.builder(arguments[0])
                    .database(arguments[1])
                    .stateDatabase(arguments[1] + "_state")
                    .checkpointInterval(Duration.ofMillis(200))
                    .cluster(Cluster.usual().withLease(Duration.ofMillis(Long.parseLong(arguments[3]))))
                    .instance(arguments[4])
                    .handlers(handlers);
            for (int i = 0; i < HANDLERS; i++) {
                String id = "handler" + i;
                builder.on(Writer.COLLECTION)
                        .id(id)
                        .operation("insert", "update", "delete")
                        .fullDocumentBeforeChange(FullDocumentBeforeChange.WHEN_AVAILABLE)
                        .concurrency(CONCURRENCY)
                        .handle((change, attempt) -> handlers.told(id, change, attempt));
            }
            try (ChangeListeners listeners = builder.start()) {
                Consumer.announceReady(path);
                Consumer.awaitEndOfInput();
            }
        }
    }

    @OnChange(
            id = COUNTER,
            collection = Writer.COLLECTION,
            operation = {"insert", "update", "delete"},
            fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
            concurrency = 4,
            transactional = true)
    Publisher<?> count(ChangeEvent<Document> change, ClientSession session) {
        return client(session)
                .updateOne(
                        session,
                        Filters.eq(Write.of(change).line()),
                        Updates.inc(TIMES, 1),
                        new UpdateOptions().upsert(true));
    }

    private MongoCollection<Document> client(ClientSession session) {
        return ((MongoClient) session.getOriginator())
                .getDatabase(totals.getNamespace().getDatabaseName())
                .getCollection(TOTALS);
    }

    private void told(String handler, ChangeEvent<Document> change, Attempt attempt) {
        Calls.Call call = new Calls.Call(handler, Write.of(change), attempt.term(), System.currentTimeMillis());
        synchronized (file) {
            try {
                file.write(ByteBuffer.wrap((call.line() + "\n").getBytes(StandardCharsets.UTF_8)));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
