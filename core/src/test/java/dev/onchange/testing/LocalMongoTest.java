package dev.onchange.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class LocalMongoTest {

    @Test
    void a_started_server_accepts_writes_and_opens_change_streams() {
        LocalMongo mongo = LocalMongo.shared();

        try (MongoClient client = MongoClients.create(mongo.connectionString())) {
            var items = client.getDatabase("local_mongo_test").getCollection("items");
            Mono.from(items.insertOne(new Document("_id", 1))).block();
            Document first = Mono.from(items.find()).block();
            Document change = Flux.from(items.watch())
                    .map(event -> event.getDocumentKey().toJson())
                    .map(Document::parse)
                    .mergeWith(Flux.interval(Duration.ofMillis(20))
                            .concatMap(n -> items.insertOne(new Document("_id", n + 2)))
                            .ignoreElements()
                            .cast(Document.class))
                    .blockFirst(Duration.ofSeconds(10));

            assertThat(first).containsEntry("_id", 1);
            assertThat(change).containsKey("_id");
            Mono.from(items.deleteMany(new Document())).block();
        }
    }

    @Test
    void the_shared_server_is_the_same_for_all_and_closing_it_leaves_it_to_the_others() {
        LocalMongo mongo = LocalMongo.shared();

        mongo.close();

        assertThat(LocalMongo.shared()).isSameAs(mongo);
        assertThat(mongo.admin(new Document("ping", 1))).containsEntry("ok", 1.0);
    }

    @Test
    void closing_ends_the_process_and_deletes_its_data() {
        LocalMongo mongo = LocalMongo.builder().ownProcess().start();
        MongoNode node = mongo.primary();
        Path log = node.log();
        assertThat(log).exists();

        mongo.close();

        assertThat(ProcessHandle.of(node.pid())).isEmpty();
        assertThat(Files.exists(log.getParent().getParent())).isFalse();
    }
}
