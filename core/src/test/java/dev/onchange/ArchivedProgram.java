package dev.onchange;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import java.util.concurrent.CountDownLatch;
import org.bson.Document;
import reactor.core.publisher.Mono;

/** Loads what most programs of tests load: its classes are archived when it ends. */
final class ArchivedProgram {

    private static final String ITEMS = "items";

    private final CountDownLatch handled = new CountDownLatch(3);

    private ArchivedProgram() {}

    /** @param arguments connection string and database */
    public static void main(String... arguments) throws InterruptedException {
        ArchivedProgram program = new ArchivedProgram();
        try (MongoClient client = MongoClients.create(arguments[0])) {
            ChangeListenersBuilder builder = ChangeListeners.builder(arguments[0])
                    .database(arguments[1])
                    .stateDatabase(arguments[1] + "_state")
                    .handlers(program);
            builder.on(ITEMS)
                    .id("failing")
                    .retry(RetryPolicy.DEFAULT.withAttempts(1))
                    .handle(change -> {
                        program.handled.countDown();
                        throw new IllegalStateException("as ever");
                    });
            try (ChangeListeners listeners = builder.start()) {
                Mono.from(client.getDatabase(arguments[1]).getCollection(ITEMS).insertOne(new Document()))
                        .block();
                program.handled.await();
            }
        }
    }

    @OnChange(id = "item", collection = ITEMS, fullDocument = FullDocument.UPDATE_LOOKUP)
    void item(ChangeEvent<Document> change) {
        handled.countDown();
    }

    @OnChange(id = "counter", collection = ITEMS, operation = "insert", transactional = true)
    void inTransaction(ChangeEvent<Document> change, ClientSession session) {
        handled.countDown();
    }
}
