package dev.onchange.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoCommandException;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is said of a pipeline without trying it, against what a server makes of it. */
class ResumeTokenCheckTest {

    private static MongoClient client;
    private static MongoCollection<Document> items;
    private static BsonTimestamp before;

    @BeforeAll
    static void oneInsert() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
        items = client.getDatabase("token_flow").getCollection("items");
        BsonDocument reply = Mono.from(client.getDatabase("token_flow")
                        .runCommand(BsonDocument.parse("{insert: 'items', documents: [{a: 1}]}"), BsonDocument.class))
                .block();
        before = reply.getTimestamp("operationTime");
    }

    @AfterAll
    static void close() {
        Mono.from(items.deleteMany(new Document())).block();
        client.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{$project: {_id: 0}}]",
                "[{$project: {_id: false, a: 1}}]",
                "[{$project: {_id: '$fullDocument._id'}}]",
                "[{$project: {_id: 'x'}}]",
                "[{$set: {_id: 1}}]",
                "[{$set: {_id: '$documentKey._id'}}]",
                "[{$addFields: {'_id.x': 1}}]",
                "[{$unset: '_id'}]",
                "[{$unset: ['a', '_id']}]",
                "[{$unset: '_id._data'}]",
                "[{$replaceRoot: {newRoot: '$fullDocument'}}]",
                "[{$replaceWith: '$fullDocument'}]",
                "[{$replaceWith: {a: 1}}]",
                "[{$replaceWith: {_id: 1}}]",
                "[{$replaceWith: {$mergeObjects: ['$$ROOT', '$fullDocument']}}]",
                "[{$replaceWith: {$mergeObjects: [{a: 1}, {b: 2}]}}]",
                "[{$match: {operationType: 'insert'}}, {$unset: '_id'}]",
            })
    void a_pipeline_that_is_said_to_lose_the_token_does_so(String stages) {
        List<BsonDocument> pipeline = stages(stages);

        assertThat(verdict(pipeline)).isEqualTo(ResumeTokenCheck.Token.LOST);
        assertThat(survives(pipeline)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{$project: {a: 1}}]",
                "[{$project: {_id: 1}}]",
                "[{$project: {_id: '$_id', b: 1}}]",
                "[{$project: {fullDocument_id: '$fullDocument._id', a: 1, b: 1}}]",
                "[{$set: {_id: '$_id'}}]",
                "[{$unset: 'fullDocument._id'}]",
                "[{$replaceRoot: {newRoot: '$$ROOT'}}]",
                "[{$replaceWith: {_id: '$_id', a: 1}}]",
                "[{$replaceWith: {$mergeObjects: ['$fullDocument', '$$ROOT']}}]",
                "[{$replaceWith: {$mergeObjects: ['$fullDocument', {_id: '$_id'}]}}]",
                "[{$replaceWith: {$mergeObjects: ['$$ROOT', {a: 1}]}}]",
            })
    void a_pipeline_that_is_said_to_keep_the_token_does_so(String stages) {
        List<BsonDocument> pipeline = stages(stages);

        assertThat(verdict(pipeline)).isEqualTo(ResumeTokenCheck.Token.KEPT);
        assertThat(survives(pipeline)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{$set: {token: '$_id'}}, {$set: {_id: '$token'}}]",
                "[{$set: {fullDocument: {_id: '$_id'}}}, {$replaceWith: '$fullDocument'}]",
                "[{$set: {_id: {$ifNull: ['$_id', 1]}}}]",
                "[{$replaceWith: {$cond: [true, '$$ROOT', '$fullDocument']}}]",
                "[{$replaceWith: {$setField: {field: 'x', input: '$$ROOT', value: 1}}}]",
            })
    void a_pipeline_whose_outcome_is_not_plain_to_see_is_not_refused_unseen(String stages) {
        List<BsonDocument> pipeline = stages(stages);

        assertThat(verdict(pipeline)).isNotEqualTo(ResumeTokenCheck.Token.LOST);
        assertThat(survives(pipeline)).isTrue();
    }

    private static List<BsonDocument> stages(String json) {
        return BsonDocument.parse("{stages: " + json + "}").getArray("stages").stream()
                .map(stage -> stage.asDocument())
                .toList();
    }

    private static ResumeTokenCheck.Token verdict(List<BsonDocument> pipeline) {
        ResumeTokenCheck tokenCheck = new ResumeTokenCheck();
        ResumeTokenCheck.Token token = ResumeTokenCheck.Token.KEPT;
        for (BsonDocument stage : pipeline) {
            String name = stage.getFirstKey();
            if (!name.equals("$match") && token == ResumeTokenCheck.Token.KEPT) {
                token = tokenCheck.after(name, stage.get(name));
            }
        }
        return token;
    }

    private static boolean survives(List<BsonDocument> pipeline) {
        Flux<RawBsonDocument> events =
                Flux.from(items.watch(pipeline).startAtOperationTime(before).withDocumentClass(RawBsonDocument.class));
        try {
            return events.blockFirst(Duration.ofSeconds(10)).containsKey("_id");
        } catch (MongoCommandException fatal) {
            assertThat(fatal.getCode()).isEqualTo(280);
            return false;
        }
    }
}
