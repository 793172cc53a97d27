package dev.onchange.listening;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.StartFrom;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Ends by {@code System.exit} in a handler; a shutdown hook closes the listeners, as those of containers do. */
final class ExitingProgram {

    static final int STATUS = 3;
    static final int LAST = 2;

    private ExitingProgram() {}

    /** @param arguments connection string and database */
    public static void main(String... arguments) throws IOException {
        MongoClient client = MongoClients.create(arguments[0]);
        CountDownLatch hooked = new CountDownLatch(1);
        ChangeListenersBuilder builder = ChangeListeners.builder(client)
                .database(arguments[1])
                .stateDatabase(arguments[1] + "_state")
                .maxAwaitTime(Duration.ofMillis(100))
                .checkpointInterval(Duration.ofHours(1))
                .stopTimeout(Duration.ofHours(1));
        builder.on("items")
                .id("items")
                .operation("insert")
                .startFrom(StartFrom.EARLIEST)
                .handle(change -> {
                    hooked.await();
                    if (change.documentKey().getInt32("_id").getValue() == LAST) {
                        System.exit(STATUS);
                    }
                });
        ChangeListeners listeners = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(listeners::close));
        hooked.countDown();
        // The input ends with the process that started this one, so that none is left behind.
        System.in.read();
    }
}
