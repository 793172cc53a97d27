package dev.onchange.engine.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoTimeoutException;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.testing.DeadLetterStoreContract;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

    @Test
    void a_query_without_an_answer_fails_and_the_next_one_takes_another_connection() {
        DeadLetterStore store = new MongoDeadLetterStore(client, database, Duration.ofMillis(300));
        store.prepare().block();

        try (FailPoint silence = silentFinds()) {
            assertThatThrownBy(() -> store.blockedKey("a", new BsonDocument("_id", new BsonInt32(1)))
                            .block())
                    .isInstanceOf(MongoTimeoutException.class);
            assertThatThrownBy(() -> store.find(DeadLetterFilter.all(), null, 1).blockLast())
                    .isInstanceOf(MongoTimeoutException.class);
            assertThat(store.find(DeadLetterFilter.all(), null, 1).collectList().block())
                    .isEmpty();
        }
    }

    /** The server answers the next two questions only after longer than the time-out. */
    private FailPoint silentFinds() {
        return LocalMongo.shared()
                .nodes()
                .get(0)
                .failPoint(
                        "failCommand",
                        new Document("times", 2),
                        new Document("failCommands", List.of("find"))
                                .append("namespace", database + "." + MongoDeadLetterStore.COLLECTION)
                                .append("blockConnection", true)
                                .append("blockTimeMS", 2_000));
    }
}
