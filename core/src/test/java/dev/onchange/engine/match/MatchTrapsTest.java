package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

/** What surprises in the server's answers; each was seen on 6.0.5. */
class MatchTrapsTest {

    @Test
    void a_nested_change_stands_under_a_dotted_key_that_no_path_reaches() {
        String event = "{updateDescription: {updatedFields: {'a.b': 1}}}";

        assertThat(matches("{'updateDescription.updatedFields.a.b': 1}", event)).isFalse();
        assertThat(matches("{'updateDescription.updatedFields': {'a.b': 1}}", event))
                .isTrue();
        assertThat(matches(
                        "{$expr: {$eq: [{$getField: {field: 'a.b', input: '$updateDescription.updatedFields'}}, 1]}}",
                        event))
                .isTrue();
    }

    @Test
    void null_is_also_what_is_missing_but_not_below_an_array_of_scalars() {
        assertThat(matches("{v: null}", "{}")).isTrue();
        assertThat(matches("{v: null}", "{v: [null]}")).isTrue();
        assertThat(matches("{'v.a': null}", "{v: 5}")).isTrue();
        assertThat(matches("{'v.a': null}", "{v: [{}]}")).isTrue();
        assertThat(matches("{'v.a': null}", "{v: [1]}")).isFalse();
        assertThat(matches("{'v.a': null}", "{v: []}")).isFalse();
        assertThat(matches("{'v.a': {$exists: false}}", "{v: []}")).isTrue();
    }

    @Test
    void at_least_null_means_null_and_more_than_null_means_nothing() {
        assertThat(matches("{v: {$gte: null}}", "{}")).isTrue();
        assertThat(matches("{v: {$gt: null}}", "{v: 1}")).isFalse();
    }

    @Test
    void numbers_are_compared_exactly_across_their_types() {
        assertThat(matches("{v: 1}", "{v: NumberDecimal('1.00')}")).isTrue();
        assertThat(matches("{v: NumberLong('9007199254740993')}", "{v: 9007199254740992.0}"))
                .isFalse();
        assertThat(matches("{v: {$lt: NumberLong('9007199254740993')}}", "{v: 9007199254740992.0}"))
                .isTrue();
        assertThat(matches("{v: 0.1}", "{v: NumberDecimal('0.1')}")).isFalse();
        assertThat(matches("{v: 0}", "{v: -0.0}")).isTrue();
    }

    @Test
    void nan_equals_nan_and_lies_in_no_range() {
        assertThat(matches("{v: NaN}", "{v: NumberDecimal('NaN')}")).isTrue();
        assertThat(matches("{v: {$lte: NaN}}", "{v: NaN}")).isTrue();
        assertThat(matches("{v: {$lt: 1}}", "{v: NaN}")).isFalse();
        assertThat(matches("{v: {$gt: NaN}}", "{v: 1}")).isFalse();
    }

    @Test
    void strings_are_in_the_order_of_their_utf_8_bytes() {
        assertThat(matches("{v: {$gt: '\uffee'}}", "{v: '\ud83d\ude00'}")).isTrue();
    }

    @Test
    void two_bounds_may_be_met_by_two_elements_of_an_array() {
        assertThat(matches("{v: {$gt: 1, $lt: 3}}", "{v: [0, 5]}")).isTrue();
        assertThat(matches("{v: {$elemMatch: {$gt: 1, $lt: 3}}}", "{v: [0, 5]}"))
                .isFalse();
    }

    @Test
    void an_array_is_matched_as_a_whole_and_as_an_element() {
        assertThat(matches("{v: [1, 2]}", "{v: [1, 2]}")).isTrue();
        assertThat(matches("{v: [1, 2]}", "{v: [[1, 2], 3]}")).isTrue();
        assertThat(matches("{v: [1]}", "{v: 1}")).isFalse();
        assertThat(matches("{v: {$lt: []}}", "{v: [1]}")).isFalse();
    }

    @Test
    void a_path_enters_one_array_level_and_takes_a_number_for_an_index_and_a_key() {
        assertThat(matches("{'v.a': 1}", "{v: [{a: 1}]}")).isTrue();
        assertThat(matches("{'v.a': 1}", "{v: [[{a: 1}]]}")).isFalse();
        assertThat(matches("{'v.0': 1}", "{v: [1]}")).isTrue();
        assertThat(matches("{'v.0': 1}", "{v: {'0': 1}}")).isTrue();
        assertThat(matches("{'v.00': 1}", "{v: [1]}")).isFalse();
    }

    @Test
    void documents_are_equal_only_with_their_fields_in_order() {
        assertThat(matches("{v: {a: 1, b: 2}}", "{v: {a: 1, b: 2.0}}")).isTrue();
        assertThat(matches("{v: {a: 1, b: 2}}", "{v: {b: 2, a: 1}}")).isFalse();
    }

    @Test
    void all_of_nothing_matches_nothing_and_all_of_null_what_is_missing() {
        assertThat(matches("{v: {$all: []}}", "{v: []}")).isFalse();
        assertThat(matches("{v: {$all: [null]}}", "{}")).isTrue();
    }

    @Test
    void a_remainder_has_the_sign_of_the_number() {
        assertThat(matches("{v: {$mod: [4, -1]}}", "{v: -5}")).isTrue();
        assertThat(matches("{v: {$mod: [4, 3]}}", "{v: -5}")).isFalse();
        assertThat(matches("{v: {$mod: [4.9, 1.9]}}", "{v: 5.7}")).isTrue();
    }

    @Test
    void bits_of_negative_numbers_go_on_for_ever() {
        assertThat(matches("{v: {$bitsAllSet: [100]}}", "{v: -1}")).isTrue();
        assertThat(matches("{v: {$bitsAnySet: []}}", "{v: 1}")).isFalse();
        assertThat(matches("{v: {$bitsAllSet: []}}", "{v: 1}")).isTrue();
    }

    @Test
    void a_zero_may_have_any_exponent() {
        assertThat(matches("{v: {$mod: [2, 0]}}", "{v: NumberDecimal('0E+6111')}"))
                .isTrue();
        assertThat(matches("{v: {$bitsAllClear: [63]}}", "{v: NumberDecimal('0E+6111')}"))
                .isTrue();
    }

    @Test
    void a_sum_loses_no_whole_number_and_keeps_more_digits_than_each_double_has() {
        assertThat(matches("{$expr: {$eq: [{$add: ['$v', 1, -1]}, '$v']}}", "{v: NumberLong('9223372036854775807')}"))
                .isTrue();
        assertThat(matches("{$expr: {$eq: [{$add: ['$v', '$w', '$x']}, 0.6]}}", "{v: 0.1, w: 0.2, x: 0.3}"))
                .isTrue();
        assertThat(matches(
                        "{$expr: {$eq: [{$add: ['$v', '$w']}, NumberDecimal('1.1')]}}",
                        "{v: NumberDecimal('1'), w: 0.1}"))
                .isFalse();
    }

    @Test
    void a_dollar_matches_before_a_last_line_feed_and_a_dot_anything_but_a_line_feed() {
        assertThat(matches("{v: /^abc$/}", "{v: 'abc\\n'}")).isTrue();
        assertThat(matches("{v: /a.c/}", "{v: 'a\\rc'}")).isTrue();
        assertThat(matches("{v: /a.c/}", "{v: 'a\\nc'}")).isFalse();
    }

    @Test
    void case_is_unicodes_and_classes_are_ascii() {
        assertThat(matches("{v: /k/i}", "{v: '\u212a'}")).isTrue();
        assertThat(matches("{v: /^\u00fcber$/i}", "{v: '\u00dcBER'}")).isTrue();
        assertThat(matches("{v: /\\w/}", "{v: '\u00fc'}")).isFalse();
    }

    @Test
    void a_regular_expression_does_not_look_between_the_halves_of_a_character() {
        assertThat(matches("{v: /\\B/}", "{v: 'b\ud83d\ude001'}")).isFalse();
    }

    @Test
    void expressions_tell_missing_undefined_and_null_apart_and_compare_across_types() {
        assertThat(matches("{$expr: {$eq: ['$v', null]}}", "{}")).isFalse();
        assertThat(matches("{$expr: {$lt: ['$v', null]}}", "{}")).isTrue();
        assertThat(matches("{$expr: {$gt: ['$v', 5]}}", "{v: 'text'}")).isTrue();
        assertThat(matches("{v: {$gt: 5}}", "{v: 'text'}")).isFalse();
    }

    @Test
    void a_date_less_a_date_may_overflow_but_less_a_number_it_may_not() {
        String dates = "{a: ISODate('1970-01-01T00:00:01Z'), b: {$date: {$numberLong: '-9223372036854775808'}}}";

        assertThat(matches("{$expr: {$lt: [{$subtract: ['$a', '$b']}, 0]}}", dates))
                .isTrue();
        assertThat(failure("{$expr: {$subtract: ['$b', 1]}}", dates)).isEqualTo(159);
        assertThat(failure(
                        "{$expr: {$subtract: ['$a', '$b']}}",
                        "{a: ISODate('1969-12-31T23:59:59Z'), b: NumberLong('-9223372036854775808')}"))
                .isEqualTo(159);
    }

    @Test
    void a_sum_is_null_or_a_decimal_however_late_that_shows() {
        String last = "{v: {$date: {$numberLong: '9223372036854775807'}}, w: 1, d: NumberDecimal('1')}";

        assertThat(matches("{$expr: {$eq: [{$add: ['$v', '$w', null]}, null]}}", last))
                .isTrue();
        assertThat(matches("{$expr: {$lt: [{$add: ['$v', '$w', '$d']}, ISODate('1970-01-01T00:00:00Z')]}}", last))
                .isTrue();
        assertThat(failure("{$expr: {$add: ['$v', '$w']}}", last)).isEqualTo(15);
    }

    @Test
    void a_text_that_is_taken_for_a_number_may_begin_with_any_number_of_zeros() {
        assertThat(matches("{$expr: {$eq: [{$toInt: '$v'}, 1]}}", "{v: '+0000000000000000000000000000001'}"))
                .isTrue();
        assertThat(failure("{$expr: {$toInt: '$v'}}", "{v: '1\u0000'}")).isEqualTo(241);
    }

    @Test
    void a_double_must_fit_into_an_int_before_it_is_cut_and_a_decimal_after() {
        assertThat(failure("{$expr: {$toInt: '$v'}}", "{v: 2147483647.5}")).isEqualTo(241);
        assertThat(matches("{$expr: {$eq: [{$toInt: '$v'}, 2147483647]}}", "{v: NumberDecimal('2147483647.5')}"))
                .isTrue();
    }

    @Test
    void a_total_takes_the_elements_of_a_single_array_and_passes_over_what_is_no_number() {
        String event = "{v: [1, 'x', null, 2.5, [4]], w: 5}";

        assertThat(matches("{$expr: {$eq: [{$sum: '$v'}, 3.5]}}", event)).isTrue();
        assertThat(matches("{$expr: {$eq: [{$sum: ['$v', '$w']}, 5]}}", event)).isTrue();
        assertThat(matches("{$expr: {$eq: [{$avg: '$v'}, 1.75]}}", event)).isTrue();
        assertThat(matches("{$expr: {$eq: [{$avg: '$x'}, null]}}", event)).isTrue();
        assertThat(matches("{$expr: {$eq: [{$sum: '$x'}, 0]}}", event)).isTrue();
    }

    @Test
    void no_field_has_a_name_with_a_null_character() {
        assertThat(matches("{$expr: {$eq: [{$getField: {field: 'a\u0000', input: '$v'}}, 1]}}", "{v: {a: 256}}"))
                .isFalse();
        assertThat(matches("{$expr: {$eq: [{$getField: 'v\u0000'}, 1]}}", "{v: 256}"))
                .isFalse();
    }

    @Test
    void a_regular_expression_that_the_server_gives_up_on_does_not_match() {
        String event = "{v: '" + "xy".repeat(600) + "\\nxyz'}";

        assertThat(matches("{v: /x.*y.*z/}", event)).isFalse();
        assertThat(matches("{v: /x.*y.*z/}", event.replace("xyxyxy", "xy"))).isTrue();
        assertThat(failure("{$expr: {$regexMatch: {input: '$v', regex: /x.*y.*z/}}}", event))
                .isEqualTo(51156);
    }

    @Test
    void alternatives_of_one_length_can_be_repeated_in_what_is_looked_for_behind() {
        assertThat(matches("{v: /(?<=(?:a|b){2})c/}", "{v: 'abc'}")).isTrue();
        assertThat(matches("{v: /(?<=(?:a|b){2})c/}", "{v: 'bc'}")).isFalse();
    }

    @Test
    void the_names_in_references_are_names_of_fields_in_expressions() {
        String event = "{v: {$ref: 'a', $id: 1}, w: {x: 0, $id: 1}}";

        assertThat(matches("{$expr: {$eq: ['$v.$id', 1]}}", event)).isTrue();
        assertThat(matches("{$expr: {$eq: ['$$ROOT.v.$ref', 'a']}}", event)).isTrue();
        assertThat(matches("{$expr: {$eq: ['$w', {x: 0, $id: 1}]}}", event)).isTrue();
    }

    @Test
    void what_a_field_is_taken_of_is_not_computed_before_there_is_an_event() {
        String filter = "{$expr: {$or: ['$v', {$getField: {field: 'a', input: {$setEquals: [5, 5]}}}]}}";

        assertThat(matches(filter, "{v: 1}")).isTrue();
        assertThat(failure(filter, "{v: 0}")).isEqualTo(17044);
    }

    @Test
    void loops_that_take_too_long_are_left_to_the_server() {
        String event = "{v: [" + "1,".repeat(3_000) + "1]}";

        assertThat(failure(
                        "{$expr: {$anyElementTrue: {$map: {input: '$v', as: 'x', in:"
                                + " {$anyElementTrue: {$map: {input: '$v', as: 'y', in: {$gt: ['$$x', '$$y']}}}}}}}}",
                        event))
                .isZero();
        assertThat(failure(
                        "{$expr: {$reduce: {input: '$v', initialValue: 'a', in: {$concat: ['$$value', '$$value']}}}}",
                        event))
                .isZero();
    }

    private static int failure(String filter, String event) {
        MatchFailedException failed = catchThrowableOfType(MatchFailedException.class, () -> matches(filter, event));
        return failed.code();
    }

    private static boolean matches(String filter, String event) {
        return Match.parse(filter).matches(RawBsonDocument.parse(event));
    }
}
