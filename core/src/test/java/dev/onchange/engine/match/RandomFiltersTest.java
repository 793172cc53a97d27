package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.match.ServerAnswers.Answer;
import dev.onchange.localmongo.LocalMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random filters over random events, against a live server. {@code -Donchange.match.seed} chooses others,
 * {@code -Donchange.match.rounds} lengthens it.
 */
class RandomFiltersTest {

    private static final Logger LOG = LoggerFactory.getLogger(RandomFiltersTest.class);

    private static final int EVENTS = 40;
    private static final int FILTERS = 100;
    private static final int ROUNDS = Integer.getInteger("onchange.match.rounds", 4);
    private static final long SEED = RandomValues.SEED;

    private static MongoClient client;

    private final Random random = new Random(SEED);
    private final RandomValues values = new RandomValues(random);
    private final List<String> differences = new ArrayList<>();
    private int answered;
    private int unknown;
    /**
     * Whether each filter that the server refuses must be refused here; else only the filters that are answered in
     * process.
     */
    private boolean strict;

    @BeforeAll
    static void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    @Test
    void operators_are_answered_as_the_server_answers_them() {
        RandomFilters filters = new RandomFilters(values);
        strict = true;

        compare(() -> filters.filter(2), values::event);

        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    @Test
    void regular_expressions_are_answered_as_the_server_answers_them() {
        RandomPatterns patterns = new RandomPatterns(values);

        compare(patterns::filter, patterns::event);

        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    @Test
    void regular_expressions_that_come_back_often_are_answered_as_the_server_answers_them_on_long_texts() {
        LongTexts texts = new LongTexts(values);

        // the server takes its time for them
        compare(texts::filter, texts::event, Math.max(1, ROUNDS / 12));

        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    @Test
    void expressions_are_answered_as_the_server_answers_them() {
        RandomExpressions expressions = new RandomExpressions(values);

        compare(expressions::filter, values::event);

        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    @Test
    void odd_filters_are_refused_as_the_server_refuses_them() {
        OddFilters odd = new OddFilters(values);
        strict = true;

        compare(odd::filter, values::event);

        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    @Test
    void filters_with_fields_of_one_name_are_answered_as_the_server_answers_them() {
        Doubled doubled = new Doubled(values);
        RandomFilters filters = new RandomFilters(values);
        RandomExpressions expressions = new RandomExpressions(values);
        strict = true;

        compare(
                () -> doubled.some(values.chance(70) ? filters.filter(2) : expressions.filter()),
                values::event,
                Math.max(1, ROUNDS / 4));

        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    @Test
    void texts_that_are_not_utf_8_are_answered_as_the_server_answers_them() {
        Malformed malformed = new Malformed(values);
        RandomFilters filters = new RandomFilters(values);
        RandomExpressions expressions = new RandomExpressions(values);
        strict = true;

        compare(
                () -> values.chance(50) ? filters.filter(2) : expressions.filter(),
                number -> malformed.some(values.event(number)),
                Math.max(1, ROUNDS / 4));

        assertThat(differences).as("seed %d", SEED).isEmpty();
    }

    private void compare(Supplier<BsonDocument> filters, IntFunction<BsonDocument> numbered) {
        compare(filters, numbered, ROUNDS);
    }

    private void compare(Supplier<BsonDocument> filters, IntFunction<BsonDocument> numbered, int rounds) {
        for (int round = 0; round < rounds; round++) {
            List<BsonDocument> events =
                    IntStream.range(0, EVENTS).mapToObj(numbered).toList();
            List<BsonDocument> asked = Stream.generate(filters).limit(FILTERS).toList();
            List<Answer> answers = new ServerAnswers(client.getDatabase("match"), events).ask(asked);
            List<RawBsonDocument> raw = events.stream()
                    .map(event -> new RawBsonDocument(event, new BsonDocumentCodec()))
                    .toList();
            for (int i = 0; i < FILTERS; i++) {
                compare(asked.get(i), answers.get(i), raw);
            }
        }
        LOG.info(
                "seed {}: {} of {} filters answered in process, {} of {} answers unknown",
                SEED,
                answered,
                rounds * FILTERS,
                unknown,
                answered * EVENTS);
    }

    private void compare(BsonDocument filter, Answer answer, List<RawBsonDocument> events) {
        Match match;
        try {
            match = Match.parse(filter);
        } catch (InvalidMatchException refused) {
            if (answer.refused() == 0) {
                differences.add("refused wrongly: " + refused.getMessage() + " in " + filter.toJson());
            }
            return;
        }
        if (answer.refused() != 0 && (match.inProcess() || strict)) {
            differences.add("accepted, the server says " + answer.refused() + ": " + filter.toJson());
        } else if (answer.refused() == 0 && match.inProcess()) {
            answered++;
            compare(match, answer, events);
        }
    }

    private void compare(Match match, Answer answer, List<RawBsonDocument> events) {
        Match sent = Match.parse(match.streamFilter());
        Match weaker = match.without("fullDocument");
        for (int i = 0; i < events.size(); i++) {
            String expected = answer.failing().contains(i)
                    ? "fails"
                    : String.valueOf(answer.matching().contains(i));
            String actual = outcome(match, events.get(i));
            if (!actual.equals(outcome(sent, events.get(i)))) {
                differences.add("another answer if sent as " + sent + ": " + match);
            }
            if (actual.equals("true") && !weaker.matches(events.get(i))) {
                differences.add("not weaker: " + weaker + " than " + match);
            }
            unknown += actual.equals("unknown") ? 1 : 0;
            if (!actual.equals(expected) && !actual.equals("unknown")) {
                differences.add(actual + ", the server says " + expected + ": " + match + " on "
                        + events.get(i).toJson());
            }
        }
    }

    private static String outcome(Match match, RawBsonDocument event) {
        try {
            return String.valueOf(match.matches(event));
        } catch (MatchFailedException failed) {
            if (failed.code() == 0) {
                return "unknown";
            }
            return match.canFail() ? "fails" : "fails without notice";
        }
    }
}
