package dev.onchange.faults;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.client.result.UpdateResult;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.bson.Document;
import org.reactivestreams.Publisher;

/** Counts in the database how often each change took effect, until it is killed or its input ends. */
final class CountingProgram {

    static final String COUNTS = "counts";
    static final String TIMES = "times";

    private final MongoCollection<Document> counts;

    private CountingProgram(MongoCollection<Document> counts) {
        this.counts = counts;
    }

    /** @param arguments connection string, database, file beside which it says that it is ready */
    public static void main(String... arguments) throws IOException {
        run(arguments, CountingProgram::new);
    }

    /** With a handler that counts in that collection. */
    static void run(String[] arguments, Function<MongoCollection<Document>, Object> handler) throws IOException {
        try (MongoClient client = MongoClients.create(arguments[0]);
                ChangeListeners listeners = ChangeListeners.builder(client)
                        .database(arguments[1])
                        .stateDatabase(arguments[1] + "_state")
                        .handlers(handler.apply(client.getDatabase(arguments[1]).getCollection(COUNTS)))
                        .start()) {
            Consumer.announceReady(Path.of(arguments[2]));
            Consumer.awaitEndOfInput();
        }
    }

    /** One attempt: what the transaction of a killed process still holds is no failure of the handler. */
    @OnChange(
            id = "counter",
            collection = Writer.COLLECTION,
            fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
            transactional = true,
            concurrency = 4,
            retry = @Retry(attempts = 1))
    Publisher<UpdateResult> received(ChangeEvent<Document> change, ClientSession session) {
        return counts.updateOne(
                session, Filters.eq(Write.of(change).line()), Updates.inc(TIMES, 1), new UpdateOptions().upsert(true));
    }
}
