package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeListeners;
import dev.onchange.localmongo.LocalMongo;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What was generated, compiled and run against a real server. */
class GeneratedCallsTest {

    private static final String SHOP = """
            package generated.shop;

            import com.mongodb.client.model.changestream.*;
            import com.mongodb.reactivestreams.client.ClientSession;
            import dev.onchange.*;
            import jakarta.inject.Inject;
            import java.util.List;
            import org.bson.*;
            import org.bson.codecs.pojo.annotations.BsonId;
            import reactor.core.publisher.Mono;

            class Shop {
                record Item(@BsonId String sku, int qty) {}

                private final List<String> seen;

                @Inject
                Shop(List<String> seen) {
                    this.seen = seen;
                }

                private Void saw(String what) {
                    String caller = StackWalker.getInstance().walk(frames -> frames
                            .skip(2).findFirst().orElseThrow().getClassName());
                    seen.add(what + " by " + caller.substring(caller.lastIndexOf('.') + 1));
                    return null;
                }

                @OnChange(collection = "items", operation = "insert")
                void event(ChangeEvent<Item> change) {
                    saw("event " + change.fullDocument().qty());
                }

                @OnChange(collection = "items", operation = "insert")
                protected int item(Item item) {
                    saw("item " + item.qty());
                    return 1;
                }

                @OnChange(collection = "items", operation = "insert")
                public Mono<Void> later(ChangeStreamDocument<Document> change, Attempt attempt) {
                    saw("later " + change.getFullDocument().get("qty") + " " + attempt.number());
                    return Mono.empty();
                }

                @OnChange(collection = "items", operation = "update")
                void update(UpdateDescription what) throws Exception {
                    saw("update " + what.getUpdatedFields());
                }

                @OnChange(collection = "items", operation = "insert", transactional = true)
                void transaction(ClientSession session, RawBsonDocument item) {
                    saw("transaction " + session.hasActiveTransaction() + item.getNumber("qty").intValue());
                }

                @OnChange(collection = "items", operation = "insert")
                void parts(OperationType operation, com.mongodb.MongoNamespace ns, BsonTimestamp time, ResumeToken token) {
                    saw(operation.getValue() + " " + ns + (time != null && token.document().containsKey("_data")));
                }

                @OnChange(collection = "items", operation = "insert", batch = @Batch(size = 1))
                void batch(List<ChangeEvent<Item>> changes, List<Item> items, List<ChangeStreamDocument<Item>> raw) {
                    saw("batch " + changes.size() + items.get(0).qty() + raw.get(0).getOperationTypeString());
                }

                @OnChange(collection = "items", operation = "insert")
                void nothing() {
                    saw("nothing");
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void generated_code_calls_methods_of_every_kind_for_changes_on_a_real_server() throws Exception {
        Path jar = new Project(folder).with(SHOP).compiled().jar();
        List<String> seen = new CopyOnWriteArrayList<>();

        try (URLClassLoader loader = Project.loader(jar);
                LocalMongo mongo = LocalMongo.start();
                MongoClient client = MongoClients.create(mongo.connectionString());
                ChangeListeners listeners = ChangeListeners.builder(client)
                        .database("generated")
                        .classLoader(loader)
                        .scan("generated.shop")
                        .instances(dev.onchange.inject.Instances.ofConstructors(seen))
                        .start()) {
            var items = client.getDatabase("generated").getCollection("items");
            Mono.from(items.insertOne(new Document("_id", "nails").append("qty", 7)))
                    .block();
            Mono.from(items.updateOne(new Document(), new Document("$set", new Document("qty", 8))))
                    .block();

            await().untilAsserted(() -> assertThat(seen).hasSize(8));
            assertThat(seen)
                    .containsExactlyInAnyOrder(
                            "event 7 by Shop__OnChange",
                            "item 7 by Shop__OnChange",
                            "later 7 1 by Shop__OnChange",
                            "update {\"qty\": 8} by Shop__OnChange",
                            "transaction true7 by Shop__OnChange",
                            "insert generated.itemstrue by Shop__OnChange",
                            "batch 17insert by Shop__OnChange",
                            "nothing by Shop__OnChange");
            assertThat(listeners.plan().toString()).contains("found by index, called by generated code");
        }
    }
}
