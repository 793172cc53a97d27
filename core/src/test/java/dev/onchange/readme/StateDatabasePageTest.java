package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class StateDatabasePageTest {

    private final String page = text(new Pages(Path.of("..")).docs().resolve("state-database.md"));
    private final String database = "page_" + Long.toHexString(System.nanoTime());

    @Test
    void every_collection_and_field_that_is_written_is_described() {
        try (MongoClient client = MongoClients.create(LocalMongo.shared().connectionString())) {
            MongoDatabase state = client.getDatabase(database + "_state");
            try (ChangeListeners listeners = ChangeListeners.builder(client)
                    .database(database)
                    .stateDatabase(state.getName())
                    .handlers(new Keeping())
                    .start()) {
                Mono.from(client.getDatabase(database).getCollection("items").insertOne(new Document("_id", 1)))
                        .block();
                await().until(() ->
                        listeners.deadLetters().count(DeadLetterFilter.all()).block() == 1);
                await().until(() -> listeners.status().handlers().stream()
                        .anyMatch(handler -> handler.counts().handled() == 1));
            }

            List<String> collections =
                    Flux.from(state.listCollectionNames()).collectList().block();
            assertThat(collections).contains("onchange.positions", "deadLetters", "settled");
            assertThat(collections).allSatisfy(collection -> assertThat(page).contains("`" + collection + "`"));
            Flux.fromIterable(collections)
                    .flatMap(collection -> state.getCollection(collection).find())
                    .flatMapIterable(Document::keySet)
                    .distinct()
                    .toIterable()
                    .forEach(field -> assertThat(page).contains("`" + field + "`"));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static final class Keeping {

        @OnChange(collection = "items", retry = @Retry(attempts = 1))
        void fails(ChangeEvent<Document> change) {
            throw new IllegalStateException("as it must");
        }

        @OnChange(collection = "items", transactional = true)
        void settles(ChangeEvent<Document> change, ClientSession session) {}
    }
}
