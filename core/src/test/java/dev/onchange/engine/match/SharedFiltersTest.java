package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoCommandException;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.engine.bson.ExtendedJson;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.plan.PlanOptions;
import dev.onchange.engine.plan.Planner;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.localmongo.LocalMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/**
 * Random filters of handlers that share a stream, opened on a live server. {@code -Donchange.match.seed} chooses others,
 * {@code -Donchange.match.rounds} lengthens it.
 */
class SharedFiltersTest {

    private static final int ROUNDS = 10 * Integer.getInteger("onchange.match.rounds", 5);
    private static final long SEED = RandomValues.SEED;
    private static final JsonWriterSettings EXACT =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    private static MongoClient client;
    private static MongoDatabase database;

    private final RandomValues values = new RandomValues(new Random(SEED));
    private final RandomFilters filters = new RandomFilters(values);
    private final OddFilters odd = new OddFilters(values);
    private final RandomExpressions expressions = new RandomExpressions(values);
    private final Doubled doubled = new Doubled(values);

    @BeforeAll
    static void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
        database = client.getDatabase("shared");
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    @Test
    void no_filter_is_refused_on_a_stream_that_many_share() {
        List<String> refused = new ArrayList<>();

        for (int round = 0; round < ROUNDS; round++) {
            List<HandlerSpec> handlers = new ArrayList<>();
            while (handlers.size() < 6) {
                valid().forEach(filter -> handlers.add(Declared.handler("h" + handlers.size())
                        .matching(filter)
                        .planned()
                        .spec()));
            }
            plan(handlers).stream()
                    .filter(stream -> !isWrongAnywhere(stream))
                    .forEach(stream -> refusal(stream).ifPresent(code -> refused.add(code + " " + stream)));
        }

        assertThat(refused).as("seed %d", SEED).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'fullDocument.a': {$elemMatch: {$regex: /^a/x, $all: [/b/x]}}}",
                "{'fullDocument.a': {$elemMatch: {$regex: 'a', $options: 'i', $in: [/b/x]}}}",
                "{'fullDocument.a': {$elemMatch: {$all: [], $lte: 1}}}",
                "{'fullDocument.a': {$elemMatch: {$not: {$all: []}}}}",
                "{'ns.coll': {$regex: \"a'b\"}}",
                "{'ns.coll': /$/}",
                "{'to.coll': {$regex: 'a\\tb'}}",
                "{$or: [{'fullDocument.a': {$eq: {$b: 1}}}, {'fullDocument.a': 1}]}",
                "{$or: [{'fullDocument.a': {$all: [{$b: 1}]}}, {'fullDocument.a': /a/}]}",
                "{'fullDocument.a': {$elemMatch: {$or: [{b: {$eq: {$c: 1}}}, {b: 1}]}}}",
                "{$or: [{'fullDocument.a': {$eq: {$ref: 'b', $id: 1}}}, {'fullDocument.a': 1}]}"
            })
    void what_a_server_is_known_to_refuse_is_not_sent(String filter) {
        HandlerSpec handler = Declared.handler("h").matching(filter).planned().spec();

        assertThat(plan(List.of(handler)))
                .singleElement()
                .satisfies(stream -> assertThat(refusal(stream)).isEmpty());
    }

    /** What the server takes in one place of a pipeline and not in another. */
    private BsonDocument trap() {
        String path = values.one(List.of(
                "fullDocument.a",
                "ns.coll",
                "ns.db",
                "ns",
                "to.coll",
                "to",
                "operationType",
                "documentKey._id",
                "clusterTime",
                "updateDescription.removedFields",
                "updateDescription.updatedFields.a",
                "_id._data",
                "txnNumber",
                "wallTime"));
        String value = values.one(List.of(
                "{$eq: {$foo: 1}}",
                "{$eq: {$regularExpression: {pattern: '(', options: ''}}}",
                "{$in: ['a\\u0000b', 'c']}",
                "'a\\u0000b'",
                "{db: 'a\\u0000', coll: 'b\\u0000'}",
                "/^a\\u002e/",
                "{$gt: 'a\\u0000'}",
                "{$ne: ''}",
                "''",
                "{$in: []}",
                "{$in: ['', null, 1]}",
                "{$in: [/^a/, 'b']}",
                "{$not: {$in: ['a', /b/]}}",
                "{$type: 'string'}",
                "{db: 'a', coll: 'b'}",
                "{db: 'a'}",
                "{}",
                "{$regex: '^a$', $options: 'i'}",
                "'a.b'",
                "'$cmd'",
                "'system.x'",
                "{$elemMatch: {$gt: 1}}",
                "{$elemMatch: {$all: [], $lte: 1}}",
                "{$elemMatch: {$not: {$all: []}}}",
                "{$regex: \"a'b\"}",
                "{$regex: 'a\\tb'}",
                "{$not: /$/}",
                "{$eq: " + "{a: ".repeat(150 + values.below(45)) + "1" + "}".repeat(0),
                "{$all: [/a/, 'b']}",
                "{$size: 1}",
                "{$exists: false}",
                "{$eq: {$date: 1}}",
                "{$eq: {$eq: {$eq: 1}}}",
                "{$in: [{a: {$foo: 1}}]}",
                "{$eq: {$ref: 'a', $id: 1}}",
                "{$eq: {$ref: 'a'}}"));
        if (value.startsWith("{$eq: {a: {a:")) {
            value += "}".repeat(value.split("\\{a:", -1).length);
        }
        return ExtendedJson.read(values.one(List.of(
                        "{'%s': %s}",
                        "{'%s': %s}",
                        "{$nor: [{'%s': %s}]}",
                        "{$or: [{'%s': %s}, {a: 1}]}",
                        "{'%s': %s, 'fullDocument.b': 1}"))
                .formatted(path, value));
    }

    private Stream<String> valid() {
        BsonDocument filter = values.chance(30)
                ? trap()
                : doubled.some(
                        switch (values.below(4)) {
                            case 0 -> odd.filter();
                            case 1 -> expressions.filter();
                            default -> filters.filter(2);
                        });
        try {
            Match.parse(filter.toJson(EXACT));
            return Stream.of(filter.toJson(EXACT));
        } catch (InvalidMatchException refused) {
            return Stream.empty();
        }
    }

    private static List<StreamPlan> plan(List<HandlerSpec> handlers) {
        return new Planner(PlanOptions.DEFAULT).plan(handlers).plan().streams();
    }

    /** Of a filter that is left to the server, only the server finds out that constants in it make it fail. */
    private static boolean isWrongAnywhere(StreamPlan stream) {
        return stream.handlers().get(0).match() == null
                && refusal(new BsonArray(stream.pipeline())).isPresent();
    }

    private static Optional<String> refusal(StreamPlan stream) {
        BsonArray pipeline = new BsonArray(List.of(BsonDocument.parse("{$changeStream: {}}")));
        pipeline.addAll(stream.pipeline());
        return refusal(pipeline);
    }

    private static Optional<String> refusal(BsonArray pipeline) {
        BsonDocument open = new BsonDocument("aggregate", new BsonString("items"))
                .append("pipeline", pipeline)
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(0)));
        try {
            BsonDocument reply =
                    Mono.from(database.runCommand(open, BsonDocument.class)).block();
            BsonArray cursors =
                    new BsonArray(List.of(reply.getDocument("cursor").get("id")));
            Mono.from(database.runCommand(
                            new BsonDocument("killCursors", new BsonString("items")).append("cursors", cursors)))
                    .block();
            return Optional.empty();
        } catch (MongoCommandException refused) {
            return Optional.of(refused.getErrorCode() + " " + refused.getErrorMessage());
        }
    }
}
