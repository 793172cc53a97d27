package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.StartFrom;
import dev.onchange.deadletter.DeadLetterFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Keys that the server takes and the driver's types do not hold: texts that are not UTF-8, which all are read as the same one,
 * and documents with several fields of one name.
 */
class OddKeysTest {

    private final Ground ground = new Ground();
    private final MongoCollection<BsonDocument> items =
            ground.client().getDatabase(ground.database()).getCollection("items", BsonDocument.class);

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void the_document_of_each_is_looked_up() {
        int documents = 8;
        insert(documents);
        LookUps handler = new LookUps();

        try (ChangeListeners listeners = ground.builder(handler).start()) {
            for (int version = 1; version <= 5; version++) {
                set(documents, version);
            }

            await().untilAsserted(() -> assertThat(handler.seen)
                    .hasSize(documents)
                    .allSatisfy((number, versions) -> assertThat(versions).hasSize(5)));
            assertThat(listeners.status().handlers()).hasSize(1);
        }
    }

    @Test
    void a_snapshot_goes_on_behind_them() {
        int documents = 200;
        insert(documents);
        Copies handler = new Copies();

        try (ChangeListeners listeners =
                ground.builder(handler).snapshotRate(100).start()) {
            await().until(() ->
                    handler.seen.size() >= 20 || listeners.status().snapshots().isEmpty());
        }
        assertThat(handler.seen).hasSizeLessThan(documents);
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            await().until(() -> listeners.status().snapshots().isEmpty());
        }

        assertThat(handler.seen.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, documents).boxed().toList());
    }

    @Test
    void a_dead_letter_holds_up_the_changes_of_its_own_document() {
        insert(2);
        Failing handler = new Failing();
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            set(2, 1);
            await().until(() -> handler.seen.containsKey(1) && letters(listeners) == 1);
        }

        handler.failing = false;
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            set(2, 2);
            await().untilAsserted(() -> assertThat(handler.seen.get(1)).containsExactly(1, 2));
            await().until(() -> letters(listeners) == 2);
            assertThat(handler.seen).doesNotContainKey(0);

            listeners.deadLetters().replay(DeadLetterFilter.all()).block();

            assertThat(handler.seen.get(0)).containsExactly(1, 2);
            set(2, 3);
            await().untilAsserted(() -> assertThat(handler.seen.get(0)).containsExactly(1, 2, 3));
        }
    }

    private static long letters(ChangeListeners listeners) {
        return listeners.deadLetters().count(DeadLetterFilter.all()).block();
    }

    private void insert(int documents) {
        List<BsonDocument> all = new ArrayList<>();
        for (int number = 0; number < documents; number++) {
            all.add(document(number, true));
        }
        Ground.run(items.insertMany(all));
    }

    private void set(int documents, int version) {
        for (int number = 0; number < documents; number++) {
            Ground.run(
                    items.updateOne(document(number, false), new Document("$set", new Document("version", version))));
        }
    }

    /** The texts of all keys begin with a byte that UTF-8 does not have. */
    private static RawBsonDocument document(int number, boolean whole) {
        BasicOutputBuffer output = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(output)) {
            writer.writeStartDocument();
            if (number % 4 == 3) {
                writer.writeStartDocument("_id");
                writer.writeInt32("a", number);
                writer.writeInt32("a", 0);
                writer.writeEndDocument();
            } else {
                writer.writeString("_id", "??");
            }
            if (whole) {
                writer.writeInt32("number", number);
            }
            writer.writeEndDocument();
        }
        byte[] bytes = output.toByteArray();
        for (int i = 0; i + 1 < bytes.length; i++) {
            if (bytes[i] == '?' && bytes[i + 1] == '?') {
                bytes[i] = (byte) (0x80 + number % 0x40);
                bytes[i + 1] = (byte) (0xc0 + number / 0x40);
            }
        }
        return new RawBsonDocument(bytes);
    }

    static class Seen {
        final Map<Integer, List<Integer>> seen = new ConcurrentHashMap<>();

        void see(int number, int version) {
            seen.computeIfAbsent(number, any -> new CopyOnWriteArrayList<>()).add(version);
        }
    }

    static final class LookUps extends Seen {

        @OnChange(
                id = "looks up",
                collection = "items",
                operation = "update",
                fullDocument = FullDocument.UPDATE_LOOKUP)
        void update(ChangeEvent<BsonDocument> change) {
            BsonDocument document = change.fullDocument();
            see(
                    document.getInt32("number").getValue(),
                    document.getInt32("version").getValue());
        }
    }

    static final class Copies extends Seen {

        @OnChange(id = "copies", collection = "items", startFrom = StartFrom.SNAPSHOT)
        void copy(ChangeEvent<BsonDocument> change) {
            see(change.fullDocument().getInt32("number").getValue(), 0);
        }
    }

    static final class Failing extends Seen {

        private volatile boolean failing = true;

        @OnChange(
                id = "fails",
                collection = "items",
                operation = "update",
                fullDocument = FullDocument.UPDATE_LOOKUP,
                retry = @Retry(attempts = 1))
        void fail(ChangeEvent<BsonDocument> change) {
            int number = change.fullDocument().getInt32("number").getValue();
            if (failing && number == 0) {
                throw new IllegalStateException("not yet");
            }
            see(
                    number,
                    change.updateDescription()
                            .getUpdatedFields()
                            .getInt32("version")
                            .getValue());
        }
    }
}
