package dev.onchange.localmongo;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import java.time.Duration;
import org.bson.Document;
import org.bson.conversions.Bson;
import reactor.core.publisher.Mono;

/** Runs administration commands, one at a time, and waits for the answer. */
final class AdminConnection implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final MongoClient client;

    AdminConnection(MongoClientSettings settings) {
        this.client = MongoClients.create(settings);
    }

    /** @throws com.mongodb.MongoException as the driver throws it */
    Document run(Bson command) {
        Document answer =
                Mono.from(client.getDatabase("admin").runCommand(command)).block(LIMIT);
        return answer == null ? new Document() : answer;
    }

    @Override
    public void close() {
        client.close();
    }
}
