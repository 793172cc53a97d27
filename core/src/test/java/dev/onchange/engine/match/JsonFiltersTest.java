package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFiltersTest {

    @ParameterizedTest
    @ValueSource(strings = {"$regex", "$type"})
    void operators_that_extended_json_uses_too_need_no_second_field(String operator) {
        BsonDocument filter = JsonFilters.read("{ name: { " + operator + ": 'string' } }");

        assertThat(filter.getDocument("name")).isEqualTo(new BsonDocument(operator, new BsonString("string")));
    }

    @Test
    void an_element_may_match_a_pattern_with_options() {
        String match = "{ names: { $elemMatch: { $regex: '^a', $options: 'i' } } }";

        assertThat(Match.parse(match).matches(RawBsonDocument.parse("{ names: ['b', 'Ab'] }")))
                .isTrue();
        assertThat(Match.parse(match).matches(RawBsonDocument.parse("{ names: 'Ab' }")))
                .isFalse();
    }

    @Test
    void comments_and_dates_of_another_form_are_refused_with_what_is_taken() {
        assertThatThrownBy(() -> Match.parse("{ // low\n a: 1 }")).hasMessageContaining("comments cannot be written");
        assertThatThrownBy(() -> Match.parse("{ a: { $gt: new Date('2030-01-31') } }"))
                .hasMessageContaining("ISODate('2030-01-31");
    }

    @Test
    void what_follows_the_filter_is_refused_with_its_place() {
        assertThatThrownBy(() -> JsonFilters.read("{ name: { $type: 'string' } }\n, { a: 1 }"))
                .isInstanceOf(InvalidMatchException.class)
                .hasMessageContaining("nothing else");
        assertThatThrownBy(() -> JsonFilters.read("{ a: 1 }\n  { b: 1 }"))
                .isInstanceOf(InvalidMatchException.class)
                .hasMessageContaining("line 2, column 3");
        assertThatThrownBy(() -> JsonFilters.read("{ a: { $gt: 1 } }}"))
                .isInstanceOf(InvalidMatchException.class)
                .hasMessageContaining("line 1, column 18");
    }
}
