package dev.onchange.retry;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.testing.DeadLetterStoreContract;
import dev.onchange.testing.LocalMongo;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import reactor.core.publisher.Mono;

class MongoDeadLetterStoreTest extends DeadLetterStoreContract {

    private static MongoClient client;

    private final String database = "letters_" + new ObjectId();

    @BeforeAll
    static void start() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    @AfterEach
    void drop() {
        Mono.from(client.getDatabase(database).drop()).block();
    }

    @Override
    protected DeadLetterStore open() {
        return new MongoDeadLetterStore(client, database);
    }
}
