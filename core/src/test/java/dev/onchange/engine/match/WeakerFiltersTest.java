package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.match.ServerAnswers.Answer;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.plan.PlanOptions;
import dev.onchange.engine.plan.Planner;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.localmongo.LocalMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random filters of more handlers than a stream tests one by one: what each lets through on a live server, the filter of
 * their stream lets through too. {@code -Donchange.match.seed} chooses others, {@code -Donchange.match.rounds} lengthens
 * it.
 */
class WeakerFiltersTest {

    private static final Logger LOG = LoggerFactory.getLogger(WeakerFiltersTest.class);

    private static final int EVENTS = 60;
    private static final int HANDLERS = 40;
    private static final int ROUNDS = 3 * Integer.getInteger("onchange.match.rounds", 4);
    private static final long SEED = RandomValues.SEED;
    private static final JsonWriterSettings EXACT =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();
    private static final List<String> PATHS = List.of("fullDocument.a", "fullDocument.b", "fullDocument.a.b");

    private static MongoClient client;

    private final Random random = new Random(SEED);
    private final RandomValues values = new RandomValues(random);
    private final RandomFilters filters = new RandomFilters(values);
    private final RandomExpressions expressions = new RandomExpressions(values);

    /** Of the present round: so few that their filters do not let everything through. */
    private List<Integer> kinds = List.of();

    private List<BsonValue> operands = List.of();
    private List<String> bounds = List.of();
    private int leftOut;

    @BeforeAll
    static void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    @Test
    void the_filter_of_many_handlers_lets_through_what_one_of_them_wants() {
        List<String> missing = new ArrayList<>();

        int round = 0;
        while (round < ROUNDS || leftOut == 0 && round < 10 * ROUNDS) {
            round++;
            List<String> paths = PATHS.subList(0, 1 + values.below(PATHS.size()));
            chooseKinds();
            List<BsonDocument> some = new ArrayList<>();
            while (some.size() < HANDLERS) {
                BsonDocument filter = filter(paths);
                if (isShared(filter)) {
                    some.add(filter);
                }
            }
            missing.addAll(missing(some));
        }

        LOG.info("seed {}: {} of {} events left out", SEED, leftOut, round * EVENTS);
        assertThat(missing).as("seed %d", SEED).isEmpty();
        assertThat(leftOut).as("events that are not sent").isPositive();
    }

    private void chooseKinds() {
        Supplier<BsonValue> operand = values.one(List.<Supplier<BsonValue>>of(
                values::number,
                values::text,
                () -> values.chance(50) ? values.number() : values.text(),
                () -> values.value(1)));
        operands = Stream.generate(operand).limit(2L + values.below(4)).toList();
        kinds = Stream.generate(() -> values.below(6))
                .limit(1L + values.below(3))
                .toList();
        bounds = values.one(
                List.of(List.of("$gt", "$gte"), List.of("$lt", "$lte"), List.of("$gt", "$gte", "$lt", "$lte")));
    }

    private List<String> missing(List<BsonDocument> some) {
        List<BsonDocument> events =
                IntStream.range(0, EVENTS).mapToObj(values::event).toList();
        BsonDocument shared = shared(some);
        List<BsonDocument> asked = new ArrayList<>(some);
        asked.add(shared);
        List<Answer> answers = new ServerAnswers(client.getDatabase("weaker"), events).ask(asked);
        Answer passing = answers.get(some.size());
        leftOut += EVENTS - passing.matching().size();
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < some.size(); i++) {
            for (int event : answers.get(i).lostBy(passing)) {
                missing.add(some.get(i).toJson(EXACT) + " matches "
                        + events.get(event).toJson(EXACT) + ", and not " + shared.toJson(EXACT));
            }
        }
        return missing;
    }

    /** What the stream that all of them share is filtered by; everything if it is not. */
    private static BsonDocument shared(List<BsonDocument> some) {
        List<HandlerSpec> handlers = new ArrayList<>();
        some.forEach(filter -> handlers.add(Declared.handler("h" + handlers.size())
                .matching(filter.toJson(EXACT))
                .planned()
                .spec()));
        List<StreamPlan> streams =
                new Planner(PlanOptions.DEFAULT).plan(handlers).plan().streams();
        assertThat(streams).hasSize(1);
        List<BsonDocument> pipeline = streams.get(0).pipeline();
        return pipeline.isEmpty() ? new BsonDocument() : pipeline.get(0).getDocument("$match");
    }

    /** Whether it is answered in process, and cannot fail there. */
    private static boolean isShared(BsonDocument filter) {
        try {
            Match match = Match.parse(filter.toJson(EXACT));
            return match.inProcess() && !match.canFail();
        } catch (InvalidMatchException refused) {
            return false;
        }
    }

    /** One that says something of a path, among others that may say anything. */
    private BsonDocument filter(List<String> paths) {
        BsonDocument known = known(values.one(paths), 2);
        return switch (values.below(6)) {
            case 0 -> new BsonDocument("$and", new BsonArray(List.of(known, filters.filter(1))));
            case 1 -> new BsonDocument("$and", new BsonArray(List.of(expressions.filter(), known)));
            case 2 -> new BsonDocument("$and", new BsonArray(List.of(known, known(values.one(paths), 1))));
            default -> known;
        };
    }

    private BsonDocument known(String path, int depth) {
        return switch (depth > 0 && values.chance(25) ? 6 + values.below(2) : values.one(kinds)) {
            case 0 -> new BsonDocument(path, values.one(operands));
            case 1 ->
                new BsonDocument(
                        path,
                        new BsonDocument("$in", new BsonArray(List.of(values.one(operands), values.one(operands)))));
            case 2 -> new BsonDocument(path, pattern());
            case 3, 4 -> new BsonDocument(path, compared());
            case 5 -> new BsonDocument("$expr", expression(path));
            case 6 -> new BsonDocument("$or", new BsonArray(List.of(known(path, depth - 1), known(path, depth - 1))));
            default -> new BsonDocument("$and", new BsonArray(List.of(known(path, depth - 1), known(path, depth - 1))));
        };
    }

    private BsonDocument compared() {
        BsonDocument operators = new BsonDocument(values.one(bounds), values.one(operands));
        return values.chance(50) ? operators : operators.append(values.one(bounds), values.one(operands));
    }

    private BsonDocument expression(String path) {
        BsonValue field = new BsonString("$" + path);
        BsonValue constant = new BsonDocument("$literal", values.one(operands));
        return values.chance(70)
                ? new BsonDocument(values.one(bounds), new BsonArray(List.of(field, constant)))
                : new BsonDocument("$eq", new BsonArray(List.of(constant, field)));
    }

    private BsonRegularExpression pattern() {
        return new BsonRegularExpression(
                values.one(List.of("^a", "^ab", "a", "^a|b", "^ab*", "^b.", "^(a|b)", "^", "^a+b", "^a?")),
                values.one(List.of("", "", "i", "m")));
    }
}
