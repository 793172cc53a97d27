package dev.onchange.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.Grouping;
import dev.onchange.LookUp;
import dev.onchange.Scope;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.MatchFailedException;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Plans random handlers, lets the server filter random writes, and compares with what each handler wants of all events.
 * {@code -Dseed=…} chooses others.
 */
class NothingHiddenTest {

    private static final int ROUNDS = Integer.getInteger("rounds", 6);
    private static final int WRITES = 150;
    private static final List<String> COLLECTIONS = List.of("a", "b", "c");
    private static final List<String> OPERATIONS =
            List.of("insert", "update", "replace", "delete", "drop", "rename", "invalidate", "dropDatabase");

    private static MongoClient client;

    private final long seed = Long.getLong("seed", 1);
    private final Random random = new Random(seed);
    private final String first = "hidden_" + Long.toHexString(System.nanoTime());
    private final String second = first + "_other";

    /** Whether all handlers of a round have filters, and a collection each. */
    private boolean narrow;

    /** Whether these filters are bounds that are not far from each other. */
    private boolean bounded;

    /** Whether they have no end, rather than no beginning. */
    private boolean upward;

    /** What the handlers of a round compare with where the server's filters begin and end: what is written most is that. */
    private List<String> decisive = List.of();

    @BeforeAll
    static void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    @Test
    void what_a_handler_wants_passes_the_filter_of_its_stream() {
        int wanted = 0;
        int withheld = 0;
        for (int round = 0; round < ROUNDS; round++) {
            // Of so many some are on one stream that only a weaker filter than all of theirs together is sent.
            bounded = round % 3 == 1;
            upward = round % 2 == 0;
            BsonTimestamp start = now();
            Map<DocumentOptions, List<RawBsonDocument>> all = new HashMap<>();
            StreamPlans plan = plan();
            IntStream.range(0, WRITES).forEach(i -> write());
            for (StreamPlan stream : plan.streams()) {
                if (isAnsweredByServer(stream)) {
                    continue;
                }
                Set<BsonValue> passed = read(stream, stream.pipeline(), start).stream()
                        .map(event -> event.get("_id"))
                        .collect(Collectors.toSet());
                for (PlannedHandler handler : stream.handlers()) {
                    List<RawBsonDocument> events = all.computeIfAbsent(
                            handler.spec().documents(), documents -> read(everything(documents), List.of(), start));
                    withheld += events.size() - passed.size();
                    for (RawBsonDocument event : events) {
                        if (wants(handler, event)) {
                            wanted++;
                            assertThat(passed)
                                    .as("seed %d, %s of %s", seed, event.toJson(), handler.spec())
                                    .contains(event.get("_id"));
                        }
                    }
                }
            }
        }
        assertThat(wanted).isPositive();
        assertThat(withheld).isPositive();
        List.of(first, second)
                .forEach(database -> block(client.getDatabase(database).drop()));
    }

    /** Then its filter is the handler's own, and may fail. */
    private static boolean isAnsweredByServer(StreamPlan stream) {
        PlannedHandler handler = stream.handlers().get(0);
        return handler.match() == null && !handler.spec().match().isBlank();
    }

    private static boolean wants(PlannedHandler handler, RawBsonDocument event) {
        WatchedScope watched = handler.spec().watched();
        BsonDocument ns = event.getDocument("ns", new BsonDocument());
        boolean watches = switch (watched.scope()) {
            case COLLECTION ->
                watched.database().equals(text(ns, "db"))
                        && watched.collection().equals(text(ns, "coll"));
            case DATABASE -> watched.database().equals(text(ns, "db"));
            default -> true;
        };
        return watches && handler.takes(event.getString("operationType").getValue()) && matches(handler.match(), event);
    }

    /** A filter that fails is not answered with no: what becomes of the change is the handler's business. */
    private static boolean matches(@Nullable Match match, RawBsonDocument event) {
        try {
            return match == null || match.matches(event);
        } catch (MatchFailedException failed) {
            return true;
        }
    }

    private static String text(BsonDocument ns, String name) {
        return ns.getString(name, new BsonString("")).getValue();
    }

    private StreamPlans plan() {
        narrow = bounded || random.nextBoolean();
        int count = 1 + random.nextInt(bounded || random.nextInt(3) == 0 ? 400 : 60) + (bounded ? 60 : 0);
        List<dev.onchange.engine.scan.HandlerSpec> handlers =
                IntStream.range(0, count).mapToObj(i -> handler("h" + i).spec()).toList();
        PlanOptions options = PlanOptions.DEFAULT
                .with(random.nextInt(4) == 0 ? Grouping.PER_SCOPE : Grouping.SHARED)
                .with(random.nextBoolean() ? LookUp.CLIENT : LookUp.SERVER);
        PlanResult planned = new Planner(options).plan(handlers);
        assertThat(planned.problems()).as("seed " + seed).isEmpty();
        decisive = bounded ? decisive(handlers, planned.plan()) : List.of();
        return planned.plan();
    }

    /** Of the values that handlers compare with, those next to each value of a server's filter. */
    private static List<String> decisive(List<dev.onchange.engine.scan.HandlerSpec> handlers, StreamPlans plan) {
        NavigableSet<Double> own = new TreeSet<>();
        handlers.forEach(handler -> bounds(BsonDocument.parse(handler.match()), own));
        NavigableSet<Double> sent = new TreeSet<>();
        plan.streams().forEach(stream -> stream.pipeline().forEach(stage -> bounds(stage, sent)));
        return sent.stream()
                .flatMap(value -> Stream.of(own.floor(value), own.ceiling(value)))
                .filter(Objects::nonNull)
                .distinct()
                .map(String::valueOf)
                .toList();
    }

    /** Of comparisons only: what {@code $in} lists is not cut anywhere. */
    private static void bounds(BsonValue value, Set<Double> found) {
        if (value.isDocument()) {
            value.asDocument().forEach((key, operand) -> {
                if (key.startsWith("$gt") || key.startsWith("$lt")) {
                    numbers(operand, found);
                } else {
                    bounds(operand, found);
                }
            });
        } else if (value.isArray()) {
            value.asArray().forEach(each -> bounds(each, found));
        }
    }

    private static void numbers(BsonValue operand, Set<Double> found) {
        if (operand.isNumber()) {
            found.add(operand.asNumber().doubleValue());
        } else if (operand.isArray()) {
            operand.asArray().forEach(each -> numbers(each, found));
        } else if (operand.isDocument()) {
            operand.asDocument().values().forEach(each -> numbers(each, found));
        }
    }

    private Declared handler(String id) {
        int scope = narrow ? 3 : random.nextInt(12);
        String database = random.nextInt(4) == 0 ? second : first;
        Declared handler = scope == 0
                ? Declared.deployment(id)
                : scope < 3 ? Declared.database(id, database) : Declared.collection(id, database, one(COLLECTIONS));
        if (bounded) {
            return Declared.collection(id, first, "a").matching(bound());
        }
        if (random.nextInt(3) > 0) {
            handler.on(random.ints(1 + random.nextInt(3), 0, OPERATIONS.size())
                    .distinct()
                    .mapToObj(OPERATIONS::get)
                    .toArray(String[]::new));
        }
        if (narrow || random.nextInt(5) > 0) {
            handler.matching(filter(2).toJson());
        }
        if (random.nextInt(6) == 0) {
            handler.with(FullDocumentBeforeChange.WHEN_AVAILABLE);
        }
        return handler.with(one(List.of(
                FullDocument.DEFAULT,
                FullDocument.DEFAULT,
                FullDocument.DEFAULT,
                FullDocument.UPDATE_LOOKUP,
                FullDocument.UPDATE_LOOKUP,
                FullDocument.WHEN_AVAILABLE)));
    }

    /** Many different ones, of which few are where the filter of all begins or ends. */
    private String bound() {
        double from = 1 + random.nextInt(40) * (random.nextBoolean() ? 0.01 : 0.5);
        String open = upward ? "$gte" : "$lte";
        return one(List.of(
                "{'fullDocument.n': {" + open + ": " + from + "}}",
                "{$expr: {" + open + ": ['$fullDocument.n', " + from + "]}}",
                "{'fullDocument.n': {$in: [" + (from + 0.003) + ", 3]}}",
                "{'fullDocument.n': {$gte: " + from + ", $lte: " + (from + 0.25) + "}}"));
    }

    private BsonDocument filter(int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            BsonArray parts = new BsonArray(IntStream.rangeClosed(0, 1 + random.nextInt(2))
                    .mapToObj(i -> filter(depth - 1))
                    .toList());
            return new BsonDocument(one(List.of("$and", "$or", "$nor")), parts);
        }
        int n = random.nextInt(4);
        return BsonDocument.parse(one(List.of(
                "{'fullDocument.n': " + n + "}",
                "{'fullDocument.n': {$gte: " + n + ", $lt: " + (n + 1) + "}}",
                "{'fullDocument.text': {$regex: '^x{" + n + "}'}}",
                "{$expr: {$and: [{$gte: ['$fullDocument.n', " + n + "]}, {$lte: ['$fullDocument.n', 'x']}]}}",
                "{'fullDocumentBeforeChange.n': {$lte: " + n + "}}",
                "{'fullDocumentBeforeChange.text': {$exists: " + random.nextBoolean() + "}}",
                "{'fullDocument.n': {$in: [" + n + ", 'x', null]}}",
                "{'fullDocument.n': {$gt: " + n + "}}",
                "{'fullDocument.n': {$not: {$gte: " + n + "}}}",
                "{'fullDocument.m': {$exists: " + random.nextBoolean() + "}}",
                "{'fullDocument.text': /x{" + n + "}/}",
                "{fullDocument: {$exists: " + random.nextBoolean() + "}}",
                "{'updateDescription.updatedFields.n': " + n + "}",
                "{'updateDescription.updatedFields.n': {$lt: " + n + "}}",
                "{'updateDescription.removedFields': 'm'}",
                "{'updateDescription.removedFields': {$lt: {$maxKey: 1}}}",
                "{'documentKey._id': " + n + "}",
                "{'documentKey._id': {$nin: [" + n + "]}}",
                "{operationType: {$in: ['update', 'delete']}}",
                "{operationType: {$ne: 'insert'}}",
                "{operationType: {$in: [{$symbol: 'update'}, 'delete']}}",
                "{'ns.coll': {$symbol: 'a'}}",
                "{'ns.coll': {$gt: {$symbol: 'a'}}}",
                "{ns: {db: '" + first + "', coll: {$symbol: 'a'}}}",
                "{'ns.db': {$in: [{$symbol: '" + first + "'}, 'x']}}",
                "{'ns.coll': 'a'}",
                "{'ns.coll': {$regex: '^[ab]$'}}",
                "{$expr: {$gt: ['$fullDocument.n', " + n + "]}}",
                "{$expr: {$eq: [{$size: '$updateDescription.removedFields'}, 1]}, operationType: 'update'}")));
    }

    private void write() {
        if (!decisive.isEmpty() && random.nextInt(4) > 0) {
            String replacement = "{update: 'a', updates: [{q: {_id: %d}, u: {n: %s}, upsert: true}]}";
            run(first, replacement.formatted(random.nextInt(4), one(decisive)));
            return;
        }
        String database = random.nextInt(4) == 0 ? second : first;
        String name = one(COLLECTIONS);
        int id = random.nextInt(4);
        String n = one(List.of("" + random.nextInt(4), "'x'", "null", "[1, 2]", random.nextInt(4) + ".0"));
        int what = random.nextInt(100);
        String command;
        if (what == 0) {
            command = "{dropDatabase: 1}";
        } else if (what == 6) {
            command = "{create: '%s', changeStreamPreAndPostImages: {enabled: true}}".formatted(name);
        } else if (what == 7) {
            command = "{collMod: '%s', changeStreamPreAndPostImages: {enabled: true}}".formatted(name);
        } else if (what < 4) {
            command = "{drop: '%s'}".formatted(name);
        } else if (what < 6) {
            rename(database, name, one(COLLECTIONS));
            return;
        } else if (what < 20) {
            command = "{delete: '%s', deletes: [{q: {_id: %d}, limit: 1}]}".formatted(name, id);
        } else if (what < 40) {
            String text = "x".repeat(random.nextInt(4));
            command = "{insert: '%s', documents: [{_id: %d, n: %s, m: 1, text: '%s'}]}".formatted(name, id, n, text);
        } else {
            String how = one(List.of("{$set: {n: %s}}", "{$unset: {m: 1}}", "{n: %s}", "[{$set: {n: 3}}]"))
                    .formatted(n);
            command = "{update: '%s', updates: [{q: {_id: %d}, u: %s, upsert: %b}]}"
                    .formatted(name, id, how, random.nextInt(3) == 0);
        }
        run(database, command);
    }

    private void rename(String database, String from, String to) {
        run(
                "admin",
                "{renameCollection: '%s.%s', to: '%s.%s', dropTarget: true}".formatted(database, from, database, to));
    }

    /** What the server refuses, such as a second document of one id, has no effect. */
    private static void run(String database, String command) {
        Mono.from(client.getDatabase(database).runCommand(Document.parse(command)))
                .onErrorComplete(com.mongodb.MongoCommandException.class)
                .block(Duration.ofSeconds(30));
    }

    private <T> T one(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private static BsonTimestamp now() {
        Document reply = block(client.getDatabase("admin").runCommand(new Document("ping", 1)));
        BsonTimestamp time = reply.get("operationTime", BsonTimestamp.class);
        return new BsonTimestamp(time.getTime(), time.getInc() + 1);
    }

    /** All events of the deployment. */
    private static StreamPlan everything(DocumentOptions documents) {
        return new Planner(PlanOptions.DEFAULT.with(LookUp.SERVER))
                .plan(List.of(Declared.deployment("all")
                        .with(documents.fullDocument())
                        .with(documents.fullDocumentBeforeChange())
                        .spec()))
                .plan()
                .streams()
                .get(0);
    }

    /** What the server has now; after an invalidation it goes on with what comes later. */
    private List<RawBsonDocument> read(StreamPlan plan, List<BsonDocument> pipeline, BsonTimestamp start) {
        List<RawBsonDocument> events = new ArrayList<>();
        BsonDocument from = new BsonDocument("startAtOperationTime", start);
        boolean invalidated = true;
        while (invalidated) {
            List<BsonValue> batch = batch(plan, pipeline, from);
            batch.forEach(event -> events.add(new RawBsonDocument(event.asDocument(), new BsonDocumentCodec())));
            RawBsonDocument last = events.isEmpty() ? null : events.get(events.size() - 1);
            invalidated = !batch.isEmpty()
                    && last != null
                    && last.getString("operationType").getValue().equals("invalidate");
            from = last == null ? from : new BsonDocument("startAfter", last.get("_id"));
        }
        return events.stream().filter(this::isOurs).toList();
    }

    private boolean isOurs(RawBsonDocument event) {
        return text(event.getDocument("ns", new BsonDocument()), "db").startsWith(first);
    }

    private static List<BsonValue> batch(StreamPlan plan, List<BsonDocument> pipeline, BsonDocument from) {
        WatchedScope scope = plan.scope();
        DocumentOptions documents = plan.documents();
        BsonDocument options = documents.toStageOptions(scope);
        options.putAll(from);
        BsonArray stages = new BsonArray(List.of(new BsonDocument("$changeStream", options)));
        stages.addAll(pipeline);
        BsonDocument command = new BsonDocument(
                        "aggregate",
                        scope.scope() == Scope.COLLECTION ? new BsonString(scope.collection()) : new BsonInt32(1))
                .append("pipeline", stages)
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(100_000)));
        String database = scope.scope() == Scope.DEPLOYMENT ? "admin" : scope.database();
        try (ClientSession session = block(client.startSession())) {
            return block(client.getDatabase(database).runCommand(session, command, BsonDocument.class))
                    .getDocument("cursor")
                    .getArray("firstBatch")
                    .getValues();
        }
    }

    private static <T> T block(org.reactivestreams.Publisher<T> publisher) {
        return Mono.from(publisher).block(Duration.ofSeconds(30));
    }
}
