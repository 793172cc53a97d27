package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class EqualityTest {

    private static final long SEED = RandomValues.SEED;

    @Test
    void equalities_are_found_where_all_conditions_must_hold() {
        Match match =
                Match.parse("{operationType: 'update', $and: [{'a.b': {$in: [1, 'x']}}, {c: {$gt: 5}}], d: null}");

        assertThat(match.equalities())
                .extracting(Equality::path, equality -> Set.copyOf(equality.values()))
                .containsExactlyInAnyOrder(
                        tuple("operationType", Set.of(new BsonString("update"))),
                        tuple("a.b", Set.of(new BsonInt32(1), new BsonString("x"))));
    }

    @Test
    void alternatives_on_one_path_are_one_equality() {
        Match match = Match.parse("{$or: [{a: 1, b: 1}, {a: {$in: [2, 3]}}]}");

        assertThat(match.equalities())
                .singleElement()
                .satisfies(equality -> assertThat(equality.values()).hasSize(3));
    }

    @Test
    void what_also_matches_missing_values_or_patterns_is_no_equality() {
        assertThat(Match.parse("{a: null, b: {$in: [1, null]}, c: {$in: [/x/]}, d: {$ne: 1}, $nor: [{e: 1}]}")
                        .equalities())
                .isEmpty();
    }

    @Test
    void values_that_the_server_takes_for_equal_have_one_key() {
        assertThat(LongStream.of(
                                EventKeys.key(new BsonInt32(5)),
                                EventKeys.key(new BsonInt64(5)),
                                EventKeys.key(new BsonDouble(5)),
                                EventKeys.key(BsonDocument.parse("{v: NumberDecimal('5.00')}")
                                        .get("v")))
                        .distinct()
                        .count())
                .isEqualTo(1);
        assertThat(EventKeys.key(new BsonDouble(2.5)))
                .isEqualTo(EventKeys.key(
                        BsonDocument.parse("{v: NumberDecimal('2.50')}").get("v")));
        assertThat(EventKeys.key(new BsonDouble(0x1p63)))
                .isEqualTo(EventKeys.key(BsonDocument.parse("{v: NumberDecimal('9223372036854775808')}")
                        .get("v")));
        assertThat(EventKeys.key(new BsonString("a"))).isEqualTo(EventKeys.key(new BsonSymbol("a")));
        assertThat(EventKeys.key(new BsonString("a"))).isNotEqualTo(EventKeys.key(new BsonString("b")));
    }

    /** The index must never miss a handler, whatever the filter and the event. */
    @RepeatedTest(20)
    void an_event_that_matches_has_a_key_of_each_equality(RepetitionInfo repetition) {
        RandomValues values = new RandomValues(new Random(SEED + repetition.getCurrentRepetition()));
        RandomFilters filters = new RandomFilters(values);
        List<RawBsonDocument> events = IntStream.range(0, 40)
                .mapToObj(values::event)
                .map(event -> new RawBsonDocument(event, new BsonDocumentCodec()))
                .toList();

        for (int i = 0; i < 200; i++) {
            Match match = parse(filters.filter(2));
            for (Equality equality : match.equalities()) {
                EventKeys keys = new EventKeys(equality.path());
                for (RawBsonDocument event : events) {
                    if (match.inProcess() && match.matches(event)) {
                        assertThat(shared(equality, keys, event))
                                .as("seed %d: %s on %s", SEED, match, event.toJson())
                                .isTrue();
                    }
                }
            }
        }
    }

    private static Match parse(BsonDocument filter) {
        try {
            return Match.parse(filter);
        } catch (InvalidMatchException refused) {
            return Match.parse(new BsonDocument());
        }
    }

    private static boolean shared(Equality equality, EventKeys keys, RawBsonDocument event) {
        int count = keys.read(event);
        return LongStream.of(equality.keys())
                .anyMatch(key -> IntStream.range(0, count).anyMatch(i -> keys.get(i) == key));
    }
}
