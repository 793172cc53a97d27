package dev.onchange.engine.stream;

import static dev.onchange.engine.stream.Watcher.PATIENCE;
import static dev.onchange.engine.stream.Watcher.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.OnChangeException;
import dev.onchange.Scope;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.stream.StreamState.Phase;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class StartingTest {

    private final Watcher watcher = Watcher.of(LocalMongo.shared());

    @AfterEach
    void close() {
        watcher.close();
    }

    @Test
    void a_stream_goes_on_after_the_change_that_was_settled_last() {
        Position position = positionAfter(2, watcher.collectionPlan("a"));

        Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(position));

        listening.await(3);
        assertThat(listening.numbers()).containsExactly(3, 4, 5);
    }

    @Test
    void another_filter_goes_on_from_the_time_of_the_position_without_repeating() {
        Position position = positionAfter(2, watcher.collectionPlan("a"));
        StreamPlan narrower = watcher.collectionPlan("a", "{$match: {'fullDocument._id': {$ne: 2}}}");

        Listening listening = watcher.listen(narrower, new StreamStart.After(position));

        listening.await(3);
        assertThat(listening.numbers()).containsExactly(3, 4, 5);
        assertThat(watcher.events(ListenerEvent.TokenNotFound.class)).isEmpty();
    }

    @Test
    void a_token_that_the_filter_leaves_out_is_replaced_by_its_time() {
        StreamPlan narrower = watcher.collectionPlan("a", "{$match: {'fullDocument._id': {$ne: 2}}}");
        Position other = positionAfter(2, watcher.collectionPlan("a"));
        Position position = new Position(other.token(), other.clusterTime(), narrower.fingerprint());

        Listening listening = watcher.listen(narrower, new StreamStart.After(position));

        listening.await(3);
        assertThat(listening.numbers()).containsExactly(3, 4, 5);
        assertThat(watcher.events(ListenerEvent.TokenNotFound.class)).hasSize(1);
    }

    @Test
    void changes_of_one_transaction_are_told_apart_though_they_have_one_time() {
        block(watcher.database().createCollection("a"));
        Listening before = watcher.listen(watcher.collectionPlan("a"));
        var session = block(watcher.client().startSession());
        session.startTransaction();
        for (int i = 0; i < 5; i++) {
            block(watcher.collection("a").insertOne(session, new Document("_id", i)));
        }
        Mono.from(session.commitTransaction()).block(PATIENCE);
        session.close();
        before.await(5);
        Position position = before.changes().get(2).position();
        StreamPlan other = watcher.collectionPlan("a", "{$match: {operationType: 'insert'}}");

        Listening listening = watcher.listen(other, new StreamStart.After(position));

        listening.await(2);
        assertThat(listening.numbers()).containsExactly(3, 4);
        assertThat(listening.last().clusterTime()).isEqualTo(position.clusterTime());
    }

    @Test
    void the_token_of_a_collection_stream_is_good_for_a_database_stream() {
        Position position = positionAfter(3, watcher.collectionPlan("a"));

        Listening listening = watcher.listen(watcher.databasePlan(), new StreamStart.After(position));

        listening.await(2);
        assertThat(listening.numbers()).containsExactly(4, 5);
    }

    @Test
    void a_look_up_that_finds_nothing_any_more_does_not_keep_a_stream_from_going_on() {
        DocumentOptions lookUp =
                new DocumentOptions(FullDocument.UPDATE_LOOKUP, FullDocumentBeforeChange.DEFAULT, false);
        WatchedScope scope =
                new WatchedScope(Scope.COLLECTION, watcher.database().getName(), "a");
        StreamPlan plan = Watcher.plan(scope, lookUp, "{$match: {'fullDocument.v': 1}}");
        Listening before = watcher.listen(plan);
        watcher.insert("a", 1);
        block(watcher.collection("a").updateOne(new Document("_id", 1), new Document("$set", new Document("v", 1))));
        before.await(1);
        Position position = before.last().position();
        before.close();
        block(watcher.collection("a").deleteOne(new Document("_id", 1)));
        block(watcher.collection("a").insertOne(new Document("_id", 2).append("v", 1)));

        Listening listening = watcher.listen(plan, new StreamStart.After(position));

        listening.await(1);
        assertThat(listening.numbers()).containsExactly(2);
        assertThat(watcher.events(ListenerEvent.TokenNotFound.class)).hasSize(1);
    }

    @Test
    void a_stream_that_begins_at_the_oldest_change_brings_what_was_there_before() {
        watcher.insert("a", 1);
        watcher.insert("a", 2);

        Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.Earliest());

        listening.await(2);
        assertThat(listening.numbers()).containsExactly(1, 2);
    }

    @Test
    void a_token_of_the_users_own_is_resumed_after() {
        BsonDocument token = positionAfter(4, watcher.collectionPlan("a")).token();

        Listening resumed = watcher.listen(watcher.collectionPlan("a"), new StreamStart.ResumeAfter(token));
        Listening started = watcher.listen(watcher.collectionPlan("a"), new StreamStart.StartAfter(token));

        resumed.await(1);
        started.await(1);
        assertThat(resumed.numbers()).containsExactly(5);
        assertThat(started.numbers()).containsExactly(5);
    }

    @Test
    void resuming_after_an_invalidation_is_refused_and_starting_after_it_is_not() {
        Listening before = watcher.listen(watcher.collectionPlan("a"));
        watcher.insert("a", 1);
        block(watcher.collection("a").drop());
        before.await(3);
        BsonDocument token = before.last().token();

        Listening resumed = watcher.listen(watcher.collectionPlan("a"), new StreamStart.ResumeAfter(token));
        Listening started = watcher.listen(watcher.collectionPlan("a"), new StreamStart.StartAfter(token));

        assertThat(resumed.awaitError()).hasMessageContaining("ONC-1306").hasMessageContaining("Start after the token");
        assertThatThrownBy(() -> resumed.stream().opened().block(PATIENCE)).isInstanceOf(OnChangeException.class);
        started.stream().opened().block(PATIENCE);
        assertThat(started.stream().state().phase()).isEqualTo(Phase.OPEN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {$sort: {a: 1}}       | Use only stages that a change stream allows
                    {$unheardOf: {}}      | Correct the name of the stage
                    {$match: {$where: ''}}| Correct the match or the pipeline
                    """)
    void a_pipeline_that_the_server_refuses_is_a_clear_error(String stage, String todo) {
        Listening listening = watcher.listen(watcher.collectionPlan("a", stage), new StreamStart.After(watcher.now()));

        OnChangeException error = (OnChangeException) listening.awaitError();
        assertThat(error.problems().get(0).code()).isEqualTo(ProblemCode.STREAM_NOT_OPENED);
        assertThat(error.problems().get(0).todo()).startsWith(todo);
        assertThat(listening.stream().state().phase()).isEqualTo(Phase.FAILED);
    }

    @Test
    void a_pipeline_that_removes_the_token_is_a_clear_error() {
        Listening listening = watcher.listen(watcher.collectionPlan("a", "{$project: {_id: 0}}"));

        watcher.insert("a", 1);

        assertThat(listening.awaitError())
                .hasMessageContaining("ONC-1205")
                .hasMessageContaining("keep the event's _id");
    }

    @Test
    void images_that_the_collection_does_not_record_are_a_clear_error() {
        DocumentOptions required = new DocumentOptions(FullDocument.DEFAULT, FullDocumentBeforeChange.REQUIRED, false);
        WatchedScope scope =
                new WatchedScope(Scope.COLLECTION, watcher.database().getName(), "a");
        watcher.insert("a", 1);
        Listening listening = watcher.listen(Watcher.plan(scope, required));

        block(watcher.collection("a").updateOne(new Document("_id", 1), new Document("$set", new Document("v", 1))));

        assertThat(listening.awaitError())
                .hasMessageContaining("ONC-1205")
                .hasMessageContaining("changeStreamPreAndPostImages");
    }

    @Test
    void what_cannot_be_watched_is_a_clear_error() {
        WatchedScope scope = new WatchedScope(Scope.COLLECTION, "config", "transactions");

        Listening listening =
                watcher.listen(Watcher.plan(scope, Watcher.options()), new StreamStart.After(watcher.now()));

        assertThat(listening.awaitError()).hasMessageContaining("ONC-1203").hasMessageContaining("config.transactions");
    }

    @Test
    void a_position_without_a_time_is_read_from_its_token() {
        Position known = positionAfter(3, watcher.collectionPlan("a"));
        Position position = new Position(known.token(), new BsonTimestamp(0), "of another plan");

        Listening listening = watcher.listen(watcher.collectionPlan("a"), new StreamStart.After(position));

        listening.await(2);
        assertThat(listening.numbers()).containsExactly(4, 5);
    }

    @Test
    void an_account_that_may_not_watch_is_told_what_it_lacks() {
        try (LocalMongo secured =
                LocalMongo.builder().credentials("root", "secret").start()) {
            secured.admin(new Document("createUser", "poor").append("pwd", "p").append("roles", List.of()));
            String uri = secured.connectionString().replace("root:secret@", "poor:p@");
            try (Watcher poor = Watcher.at(uri, secured, Watcher.settings())) {
                Listening listening = poor.listen(poor.collectionPlan("a"), new StreamStart.After(poor.now()));

                assertThat(listening.awaitError())
                        .hasMessageContaining("ONC-1203")
                        .hasMessageContaining("find and changeStream");
            }
        }
    }

    /** Inserts 1 to 5 and gives the position after one of them, as the plan's stream knows it. */
    private Position positionAfter(int number, StreamPlan plan) {
        Listening before = watcher.listen(plan);
        IntStream.rangeClosed(1, 5).forEach(i -> watcher.insert("a", i));
        before.await(5);
        Position position = before.changes().get(number - 1).position();
        before.close();
        return position;
    }
}
