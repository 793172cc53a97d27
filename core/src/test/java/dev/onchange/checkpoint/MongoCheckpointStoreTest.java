package dev.onchange.checkpoint;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.testing.CheckpointStoreContract;
import dev.onchange.testing.LocalMongo;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class MongoCheckpointStoreTest extends CheckpointStoreContract {

    private static LocalMongo mongo;
    private static MongoClient client;

    private final String database = "positions_" + new ObjectId();

    @BeforeAll
    static void start() {
        mongo = LocalMongo.shared();
        client = MongoClients.create(mongo.connectionString());
    }

    @AfterAll
    static void stop() {
        client.close();
        mongo.close();
    }

    @Override
    protected CheckpointStore open() {
        return new MongoCheckpointStore(client, database);
    }
}
