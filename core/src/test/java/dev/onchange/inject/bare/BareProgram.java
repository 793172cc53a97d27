package dev.onchange.inject.bare;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import jakarta.inject.Inject;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import reactor.core.publisher.Mono;

/** Listens until a change has arrived, and says so by its exit code. */
public final class BareProgram {

    private static final CountDownLatch ARRIVED = new CountDownLatch(1);

    private BareProgram() {}

    /** @param args connection string, database, and names of classes that must not be there */
    public static void main(String[] args) throws InterruptedException {
        for (int i = 2; i < args.length; i++) {
            requireAbsent(args[i]);
        }
        try (ChangeListeners listeners = ChangeListeners.builder(args[0])
                .database(args[1])
                .stateDatabase(args[1] + "_state")
                .scan(BareProgram.class.getPackageName())
                .start()) {
            Mono.from(listeners
                            .client()
                            .getDatabase(args[1])
                            .getCollection("items")
                            .insertOne(new Document()))
                    .block();
            System.exit(
                    ARRIVED.await(30, TimeUnit.SECONDS) && listeners.status().healthy() ? 0 : 1);
        }
    }

    private static void requireAbsent(String name) {
        try {
            Class.forName(name);
            throw new IllegalStateException(name + " is on the class path");
        } catch (ClassNotFoundException e) {
            // as it should be
        }
    }

    static class Handler {

        @Inject
        Handler(MongoClient client) {}

        @OnChange(collection = "items")
        void arrived(ChangeEvent<Document> change) {
            ARRIVED.countDown();
        }
    }
}
