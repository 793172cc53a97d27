package dev.onchange.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.match.Bound;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.Range;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class WeakerFilterTest {

    private static final int MANY = 1_000;

    @Test
    void many_ranges_become_few_with_the_widest_gaps_between_them() {
        assertThat(union(i -> "{'fullDocument.qty': {$gte: %d, $lt: %d}}"
                        .formatted(10_000 * (i % 3) + i, 10_000 * (i % 3) + i + 5)))
                .isEqualTo(parsed(
                        "{'fullDocument.qty': {$gte: 0, $lte: 1004}}",
                        "{'fullDocument.qty': {$gte: 10001, $lte: 11002}}",
                        "{'fullDocument.qty': {$gte: 20002, $lte: 21003}}"));
    }

    @Test
    void ranges_without_an_end_become_one() {
        assertThat(union(i -> "{'fullDocument.qty': {$gt: %d}}".formatted(5 + i)))
                .isEqualTo(parsed("{'fullDocument.qty': {$gte: 5}}"));
    }

    @Test
    void values_of_each_type_are_compared_among_themselves() {
        assertThat(union(i -> i % 2 == 0
                        ? "{'fullDocument.a': {$gt: %d}}".formatted(i)
                        : "{'fullDocument.a': {$lt: 'x%03d'}}".formatted(i)))
                .isEqualTo(parsed("{'fullDocument.a': {$gte: 0}}", "{'fullDocument.a': {$lte: 'x999'}}"));
    }

    @Test
    void expressions_are_compared_as_expressions() {
        assertThat(union(i -> "{$expr: {$lt: [%d, '$fullDocument.qty']}}".formatted(100 + i)))
                .isEqualTo(parsed("{$expr: {$gte: ['$fullDocument.qty', {$literal: 100}]}}"));
    }

    @Test
    void patterns_let_their_beginnings_through() {
        assertThat(union(i -> "{'fullDocument.sku': {$regex: '^ab%d.*x'}}".formatted(i % 2)))
                .isEqualTo(parsed(
                        "{'fullDocument.sku': {$gte: 'ab0', $lte: 'ab2'}}", "{'fullDocument.sku': {$type: 'regex'}}"));
    }

    @Test
    void a_pattern_with_an_alternative_has_no_beginning() {
        assertThat(Match.parse("{a: {$regex: '^ab|c'}}").implied().get("a").ranges())
                .extracting(Range::to)
                .containsExactly((Bound) null);
    }

    @Test
    void a_filter_that_says_nothing_of_a_path_is_kept() {
        assertThat(union(i -> i == 7
                        ? "{'fullDocument.a': {$exists: false}}"
                        : "{'fullDocument.qty': {$gt: %d}}".formatted(i)))
                .isEqualTo(parsed("{'fullDocument.qty': {$gte: 0}}", "{'fullDocument.a': {$exists: false}}"));
    }

    @Test
    void many_filters_that_say_nothing_of_a_path_are_left_to_the_client() {
        assertThat(union(i -> "{'fullDocument.a%d': {$exists: false}}".formatted(i)))
                .isEmpty();
    }

    @Test
    void an_equality_is_taken_rather_than_a_range() {
        assertThat(union(i -> "{'fullDocument.qty': {$gt: %d}, 'fullDocument.sku': 'x%d'}".formatted(i, i % 2)))
                .isEqualTo(parsed("{'fullDocument.sku': {$in: ['x0', 'x1']}}"));
    }

    private static List<BsonDocument> union(IntFunction<String> filter) {
        List<PushDown> pushed = IntStream.range(0, MANY)
                .mapToObj(i -> PushDown.of(BsonDocument.parse(filter.apply(i))))
                .toList();
        return new WeakerFilter(pushed, UnionFilter.MAX_CONDITIONS).filters(UnionFilter.MAX_VALUES);
    }

    private static List<BsonDocument> parsed(String... filters) {
        return Stream.of(filters).map(BsonDocument::parse).toList();
    }
}
