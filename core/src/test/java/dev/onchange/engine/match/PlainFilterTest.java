package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.match.syntax.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What it lets pass is checked no further: so each of the single checks must let it pass too. */
class PlainFilterTest {

    @Test
    void no_check_finds_anything_in_a_plain_filter() {
        List<BsonDocument> filters = new ArrayList<>();
        RecordedCases.all().forEach(each -> filters.add(each.filter()));
        RandomFilters random = new RandomFilters(new RandomValues(new Random(RandomValues.SEED)));
        for (int i = 0; i < 2_000; i++) {
            filters.add(random.filter(3));
        }

        int plain = 0;
        for (BsonDocument each : filters) {
            RawBsonDocument filter = Filters.copy(each);
            if (PlainFilter.is(RawBytes.array(filter))) {
                plain++;
                Element whole = Element.root(RawBytes.array(filter));
                assertThatCode(() -> FilterBounds.checkDepth(whole)).doesNotThrowAnyException();
                assertThatCode(() -> FilterBounds.checkText(whole)).doesNotThrowAnyException();
                assertThat(FilterBounds.mayBeRefused(filter)).as(each.toJson()).isFalse();
                assertThat(Rewrite.ofParts(filter)).as(each.toJson()).isEqualTo(filter);
            }
        }

        assertThat(plain).isGreaterThan(filters.size() / 2).isLessThan(filters.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ $nor: [ { a: 1 }, { b: 1 } ] }",
                "{ $and: [ { a: 1 }, { $nor: [ { b: 1 } ] } ] }",
                "{ a: { b: [ { $text: 1 } ] } }",
                "{ 'ns.coll': { $regex: '^a' } }",
                "{ 'to.db': 'a' }",
                "{ a: /x/ }",
                "{ a: [ /x/ ] }",
                "{ a: { $symbol: 'x' } }",
                "{ a: 'x\\u0000y' }"
            })
    void what_a_check_may_find_something_in_is_not_plain(String json) {
        assertThat(PlainFilter.is(RawBytes.array(Filters.copy(RawBsonDocument.parse(json)))))
                .isFalse();
    }

    @Test
    void a_deep_filter_is_not_plain() {
        String deep = "{ a: ".repeat(60) + "1" + " }".repeat(60);

        assertThat(PlainFilter.is(RawBytes.array(RawBsonDocument.parse(deep)))).isFalse();
    }
}
