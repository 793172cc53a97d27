package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.LookUp;
import dev.onchange.OnChange;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.types.Decimal128;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks up on random writes what the server would. {@code -Dseed=…} repeats a run. */
class LookUpWorkloadTest {

    private static final int WRITES = 600;

    private static final List<String> COLLECTIONS = List.of("stock", "orders", "people");

    private static final List<Object> IDS = List.of(
            1,
            1L,
            1.0,
            Decimal128.parse("1.0"),
            2.5,
            "1",
            new Document("a", 1).append("b", "x"),
            new Document("a", 1L).append("b", "x"),
            new Document("b", "x").append("a", 1));

    private final Ground ground = new Ground();
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private int counter;

    @AfterEach
    void clear() {
        Ground.run(ground.client().getDatabase(ground.state() + "_server").drop());
        ground.close();
    }

    @Test
    void final_states_are_those_that_the_server_finds() {
        Seeing byClient = new Seeing();
        Seeing byServer = new Seeing();
        try (ChangeListeners client = ground.builder(byClient).start();
                ChangeListeners server = ground.builder(byServer)
                        .stateDatabase(ground.state() + "_server")
                        .lookUp(LookUp.SERVER)
                        .start()) {
            client.pause("sees");
            server.pause("sees");
            for (int i = 0; i < WRITES; i++) {
                write();
            }
            ground.insert("stock", 100);

            client.resume("sees");
            server.resume("sees");

            await().until(() -> byClient.isDone() && byServer.isDone());
            assertThat(byClient.events).as("seed " + seed).isEqualTo(byServer.events);
            assertThat(byClient.events).anyMatch(event -> event.contains("fullDocument\": null"));
        }
    }

    @Test
    void no_document_is_older_than_its_event() {
        Seeing handler = new Seeing();
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            for (int i = 0; i < WRITES; i++) {
                write();
            }
            ground.insert("stock", 100);

            await().until(handler::isDone);
            assertThat(handler.tooOld).as("seed " + seed).isEmpty();
            assertThat(handler.updates).isNotEmpty();
        }
    }

    private void write() {
        String name = COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
        MongoCollection<Document> collection = ground.collection(name);
        Object id = IDS.get(random.nextInt(IDS.size()));
        int what = random.nextInt(100);
        if (what == 0) {
            Ground.run(collection.drop());
        } else if (what < 20) {
            Ground.run(collection.deleteOne(Filters.eq(id)));
        } else if (what < 40) {
            Ground.run(collection.deleteOne(Filters.eq(id)));
            Ground.run(collection.insertOne(new Document("_id", id).append("n", ++counter)));
        } else if (what < 50) {
            Document other = new Document("n", ++counter).append("text", "x".repeat(random.nextInt(2_000)));
            Ground.run(collection.replaceOne(Filters.eq(id), other, new ReplaceOptions().upsert(true)));
        } else {
            Ground.run(collection.updateOne(Filters.eq(id), Updates.set("n", ++counter)));
        }
    }

    static final class Seeing {

        final List<String> events = new CopyOnWriteArrayList<>();
        final List<String> tooOld = new CopyOnWriteArrayList<>();
        final List<Integer> updates = new CopyOnWriteArrayList<>();

        @OnChange(
                id = "sees",
                operation = {"insert", "update", "replace", "delete", "drop"},
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void changed(ChangeEvent<RawBsonDocument> change) {
            events.add(change.raw().toJson());
            BsonDocument document = change.fullDocument();
            if (change.operationName().equals("update") && document != null) {
                int written = change.updateDescription()
                        .getUpdatedFields()
                        .getInt32("n")
                        .getValue();
                updates.add(written);
                if (document.getInt32("n").getValue() < written) {
                    tooOld.add(change.raw().toJson());
                }
            }
        }

        boolean isDone() {
            return !events.isEmpty() && events.get(events.size() - 1).contains("\"_id\": 100");
        }
    }
}
