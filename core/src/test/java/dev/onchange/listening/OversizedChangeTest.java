package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.OversizedChangeException;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonInt32;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two images of nine megabytes each, in one field that no server can split. */
class OversizedChangeTest {

    private final Ground ground = new Ground();

    @AfterEach
    void clear() {
        ground.close();
    }

    @Test
    void a_change_too_large_to_be_sent_becomes_a_dead_letter_with_its_key_and_others_go_on() {
        Ground.run(ground.client()
                .getDatabase(ground.database())
                .createCollection(
                        "items",
                        new CreateCollectionOptions()
                                .changeStreamPreAndPostImagesOptions(new ChangeStreamPreAndPostImagesOptions(true))));
        Items handler = new Items();
        try (ChangeListeners listeners = ground.builder(handler).start()) {
            ground.insert("items", new Document("_id", 1).append("text", "x".repeat(9 << 20)));
            ground.set("items", 1, "version", 2);
            ground.insert("items", 2);

            await().untilAsserted(() -> assertThat(handler.plain).containsExactly("insert 1", "update 1", "insert 2"));
            await().untilAsserted(() -> assertThat(handler.whole).containsExactly("insert 1", "insert 2"));

            List<DeadLetter> letters = await().until(
                            () -> listeners
                                    .deadLetters()
                                    .list(DeadLetterFilter.all())
                                    .collectList()
                                    .block(),
                            stored -> !stored.isEmpty());
            assertThat(letters).singleElement().satisfies(letter -> {
                assertThat(letter.handlerId()).isEqualTo("whole");
                assertThat(letter.key().get("_id")).isEqualTo(new BsonInt32(1));
                assertThat(letter.failure().type()).isEqualTo(OversizedChangeException.class.getName());
                assertThat(letter.event().getString("operationType").getValue()).isEqualTo("update");
            });
        }
    }

    static final class Items {

        final List<String> plain = new CopyOnWriteArrayList<>();
        final List<String> whole = new CopyOnWriteArrayList<>();

        @OnChange(id = "plain", collection = "items")
        void plain(ChangeEvent<Document> change) {
            plain.add(change.operationName() + " " + id(change));
        }

        @OnChange(
                id = "whole",
                collection = "items",
                fullDocument = FullDocument.REQUIRED,
                fullDocumentBeforeChange = FullDocumentBeforeChange.WHEN_AVAILABLE,
                pipeline = {
                    "{$set: {both: [{$ifNull: ['$fullDocument', 0]}, {$ifNull: ['$fullDocumentBeforeChange', 0]}]}}",
                    "{$unset: ['fullDocument', 'fullDocumentBeforeChange', 'updateDescription']}"
                })
        void whole(ChangeEvent<Document> change) {
            whole.add(change.operationName() + " " + id(change));
        }

        private static int id(ChangeEvent<Document> change) {
            return change.documentKey().getInt32("_id").getValue();
        }
    }
}
