package dev.onchange.engine.stream;

import static dev.onchange.engine.stream.Watcher.PATIENCE;
import static dev.onchange.engine.stream.Watcher.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.ChangeStreamPreAndPostImagesOptions;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Scope;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.ListenerEvent;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Events that are larger than the server can send: two images of nine megabytes each. */
class OversizedTest {

    private static final String HALF_AND_MORE = "x".repeat(9 << 20);
    private static final String TOGETHER =
            "{$set: {both: [{$ifNull: ['$fullDocument', 0]}, {$ifNull: ['$fullDocumentBeforeChange', 0]}]}}";
    private static final String WITHOUT_THE_PARTS =
            "{$unset: ['fullDocument', 'fullDocumentBeforeChange', 'updateDescription']}";
    private static final DocumentOptions BOTH_IMAGES =
            new DocumentOptions(FullDocument.REQUIRED, FullDocumentBeforeChange.REQUIRED, false);

    @Test
    void a_change_that_cannot_be_sent_is_emitted_without_its_documents_and_other_changes_whole() {
        try (Watcher watcher = Watcher.of(LocalMongo.shared())) {
            // One field of eighteen megabytes, which no server can split.
            Listening listening = watcher.listen(plan(watcher, TOGETHER, WITHOUT_THE_PARTS));

            changeLargeDocumentAmongSmallOnes(watcher);

            listening.await(7);
            assertThat(listening.numbers()).containsExactly(1, 2, 3, 1, 4, 1, 5);
            assertThat(listening.changes())
                    .extracting(RawChange::oversized)
                    .containsExactly(false, false, false, true, false, true, false);
            RawChange oversized = listening.changes().get(3);
            assertThat(oversized.operation()).isEqualTo("update");
            assertThat(oversized.collection()).isEqualTo("a");
            assertThat(oversized.documentKey())
                    .isEqualTo(new BsonDocument("_id", listening.ids().get(0)));
            assertThat(oversized.clusterTime()).isNotNull();
            assertThat(watcher.events(ListenerEvent.ChangeOversized.class))
                    .extracting(ListenerEvent.ChangeOversized::token)
                    .containsExactly(
                            oversized.token(), listening.changes().get(5).token());
        }
    }

    @Test
    void a_stream_goes_on_after_a_change_that_could_not_be_sent() {
        try (Watcher watcher = Watcher.of(LocalMongo.shared())) {
            StreamPlan plan = plan(watcher, TOGETHER, WITHOUT_THE_PARTS);
            Listening before = watcher.listen(plan);
            changeLargeDocumentAmongSmallOnes(watcher);
            before.await(7);

            Listening listening = watcher.listen(
                    plan, new StreamStart.After(before.changes().get(3).position()));

            listening.await(3);
            assertThat(listening.numbers()).containsExactly(4, 1, 5);
        }
    }

    @Test
    void a_server_that_can_splits_it_and_it_is_handed_on_whole() {
        try (LocalMongo mongo =
                        LocalMongo.builder().atLeast("6.0.9").ownProcess().start();
                Watcher watcher = Watcher.of(mongo)) {
            Listening listening = watcher.listen(plan(watcher));

            changeLargeDocumentAmongSmallOnes(watcher);

            listening.await(7);
            assertThat(listening.numbers()).containsExactly(1, 2, 3, 1, 4, 1, 5);
            RawChange large = listening.changes().get(3);
            assertThat(large.oversized()).isFalse();
            assertThat(large.operation()).isEqualTo("update");
            assertThat(textIn(large, "fullDocument")).isEqualTo(HALF_AND_MORE);
            assertThat(textIn(large, "fullDocumentBeforeChange")).isEqualTo(HALF_AND_MORE);
            assertThat(large.document()).doesNotContainKey("splitEvent");
            assertThat(watcher.events(ListenerEvent.ChangeOversized.class)).isEmpty();
        }
    }

    @Test
    void a_stream_goes_on_after_a_change_that_was_split() {
        try (LocalMongo mongo =
                        LocalMongo.builder().atLeast("6.0.9").ownProcess().start();
                Watcher watcher = Watcher.of(mongo)) {
            StreamPlan plan = plan(watcher);
            Listening before = watcher.listen(plan);
            changeLargeDocumentAmongSmallOnes(watcher);
            before.await(7);

            Listening listening = watcher.listen(
                    plan, new StreamStart.After(before.changes().get(3).position()));

            listening.await(3);
            assertThat(listening.numbers()).containsExactly(4, 1, 5);
        }
    }

    @Test
    void an_idle_stream_moves_on_after_a_change_that_was_split() {
        try (LocalMongo mongo =
                        LocalMongo.builder().atLeast("6.0.9").ownProcess().start();
                Watcher watcher = Watcher.of(mongo)) {
            Listening listening = watcher.listen(plan(watcher));
            block(watcher.collection("a").insertOne(new Document("_id", 1).append("text", HALF_AND_MORE)));
            update(watcher, 1);
            listening.await(2);
            int emitted = listening.changes().size();

            // What others write moves the server on, and with it an idle stream.
            await().atMost(PATIENCE).until(() -> {
                block(watcher.collection("elsewhere").insertOne(new Document()));
                Position reached = listening.stream().reached(emitted);
                return reached != null && reached.isAfter(listening.last().position());
            });
        }
    }

    private static StreamPlan plan(Watcher watcher, String... stages) {
        block(watcher.database()
                .createCollection(
                        "a",
                        new CreateCollectionOptions()
                                .changeStreamPreAndPostImagesOptions(new ChangeStreamPreAndPostImagesOptions(true))));
        WatchedScope scope =
                new WatchedScope(Scope.COLLECTION, watcher.database().getName(), "a");
        return Watcher.plan(scope, BOTH_IMAGES, stages);
    }

    private static void changeLargeDocumentAmongSmallOnes(Watcher watcher) {
        block(watcher.collection("a").insertOne(new Document("_id", 1).append("text", HALF_AND_MORE)));
        watcher.insert("a", 2);
        watcher.insert("a", 3);
        update(watcher, 1);
        watcher.insert("a", 4);
        update(watcher, 2);
        watcher.insert("a", 5);
    }

    private static void update(Watcher watcher, int version) {
        block(watcher.collection("a")
                .updateOne(new Document("_id", 1), new Document("$set", new Document("version", version))));
    }

    private static String textIn(RawChange change, String field) {
        return change.document().getDocument(field).getString("text").getValue();
    }
}
