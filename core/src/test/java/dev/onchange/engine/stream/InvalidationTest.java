package dev.onchange.engine.stream;

import static dev.onchange.engine.stream.Watcher.PATIENCE;
import static dev.onchange.engine.stream.Watcher.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoNamespace;
import dev.onchange.checkpoint.Position;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.ListenerEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InvalidationTest {

    private final Watcher watcher = Watcher.of(LocalMongo.shared());

    @AfterEach
    void close() {
        watcher.close();
    }

    @Test
    void a_collection_that_was_dropped_is_listened_to_when_it_is_there_again() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 1);

        block(watcher.collection("a").drop());
        watcher.insert("a", 2);

        listening.await(4);
        assertThat(listening.operations()).containsExactly("insert", "drop", "invalidate", "insert");
        assertThat(watcher.events(ListenerEvent.StreamInvalidated.class)).hasSize(1);
        assertThat(watcher.events(ListenerEvent.StreamReopening.class)).isEmpty();
    }

    @Test
    void a_collection_that_was_renamed_is_listened_to_when_there_is_another_of_its_name() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 1);

        block(watcher.collection("a")
                .renameCollection(new MongoNamespace(watcher.database().getName(), "b")));
        watcher.insert("b", 2);
        watcher.insert("a", 3);

        listening.await(4);
        assertThat(listening.operations()).containsExactly("insert", "rename", "invalidate", "insert");
        assertThat(listening.numbers()).containsExactly(1, 3);
    }

    @Test
    void a_collection_may_be_dropped_again_and_again() {
        Listening listening = watcher.listen(watcher.collectionPlan("a"));

        for (int i = 0; i < 10; i++) {
            watcher.insert("a", i);
            block(watcher.collection("a").drop());
        }

        listening.await(30);
        assertThat(listening.numbers()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        await().atMost(PATIENCE).until(() -> watcher.cursorsOpen() == 1);
    }

    @Test
    void for_a_database_stream_the_drop_of_a_collection_is_a_change_like_others() {
        Listening listening = watcher.listen(watcher.databasePlan());
        watcher.insert("a", 1);

        block(watcher.collection("a").drop());
        watcher.insert("b", 2);

        listening.await(3);
        assertThat(listening.operations()).containsExactly("insert", "drop", "insert");
        assertThat(watcher.events(ListenerEvent.StreamInvalidated.class)).isEmpty();
    }

    @Test
    void a_database_that_was_dropped_is_listened_to_when_it_is_there_again() {
        try (LocalMongo own = LocalMongo.builder().ownProcess().start();
                Watcher other = Watcher.of(own)) {
            Listening listening = other.listen(other.databasePlan());
            other.insert("a", 1);

            block(other.database().drop());
            other.insert("a", 2);

            listening.await(5);
            assertThat(listening.operations())
                    .containsExactly("insert", "drop", "dropDatabase", "invalidate", "insert");
        }
    }

    @Test
    void a_stream_goes_on_after_an_invalidation_that_was_the_last_it_settled() {
        Listening before = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 1);
        block(watcher.collection("a").drop());
        before.await(3);
        Position afterInvalidate = before.last().position();
        Position afterDrop = before.changes().get(1).position();
        before.close();
        watcher.insert("a", 2);

        Listening fromInvalidate = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(afterInvalidate));
        Listening fromDrop = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(afterDrop));

        fromInvalidate.await(1);
        fromDrop.await(2);
        assertThat(fromInvalidate.operations()).containsExactly("insert");
        assertThat(fromDrop.operations()).containsExactly("invalidate", "insert");
    }

    @Test
    void a_filter_that_leaves_out_the_invalidation_does_not_end_listening() {
        Listening listening = watcher.listen(watcher.collectionPlan("a", "{$match: {operationType: 'insert'}}"));
        watcher.insert("a", 1);

        block(watcher.collection("a").drop());
        watcher.insert("a", 2);

        listening.await(2);
        assertThat(listening.numbers()).containsExactly(1, 2);
    }

    @Test
    void nor_does_it_with_a_client_that_does_not_tell_of_it() {
        try (Watcher untapped = Watcher.untapped(LocalMongo.shared(), Watcher.settings())) {
            Listening listening = untapped.listen(untapped.collectionPlan("a", "{$match: {operationType: 'insert'}}"));
            untapped.insert("a", 1);

            block(untapped.collection("a").drop());
            untapped.insert("a", 2);
            block(untapped.collection("a").drop());
            block(untapped.collection("a").drop());
            untapped.insert("a", 3);

            listening.await(3);
            assertThat(listening.numbers()).containsExactly(1, 2, 3);
            assertThat(untapped.events(ListenerEvent.StreamReopening.class)).isEmpty();
        }
    }
}
