package dev.onchange.engine.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatchTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{$or: [{a: 1}, {qty: {$in: 5}}]}     | $or[1].qty.$in",
                "{a: {$elemMatch: {b: {$foo: 1}}}}    | a.$elemMatch.b.$foo",
                "{a: {$not: {$size: -1}}}             | a.$not.$size",
                "{$and: [{$expr: {$eq: [1, '$a.']}}]} | $and[0].$expr.$eq[1]",
                "{$jsonSchema: {properties: {a: 1}}}  | $jsonSchema.properties.a",
                "{$where: 'true'}                     | $where",
                "{$or: [{a: {b: {$text: 1}}}]}        | $or[0].a.b.$text",
                "{a: {$elemMatch: {$sampleRate: 1}}}  | a.$elemMatch.$sampleRate",
                "{a: {$_internalFoo: 1}}              | a.$_internalFoo",
                "{a: {$geoWithin: {$box: [[0, 0]]}}}  | a.$geoWithin.$box",
                "{a: {$exists: 1, $geoWithin: {}}}    | a.$geoWithin",
                "{$expr: {$year: {dat: '$a'}}}        | $expr.$year.dat",
                "{$expr: {$dateToString: {}}}         | $expr.$dateToString",
                "{$expr: {$eq: [{$sqrt: 'x'}, 1]}}    | $expr.$eq[0].$sqrt",
                "{$expr: {$toHashedIndexKey: {$no: 1}}} | $expr.$toHashedIndexKey.$no",
                "{$expr: {$getField: {$toLower: 'A'}}}| $expr.$getField",
                "{$expr: {$sortArray: {input: '$a', sortBy: {b: 2}}}}      | $expr.$sortArray.sortBy",
                "{$expr: {$sortArray: {input: '$a', sortBy: {'b.': 1}}}}   | $expr.$sortArray.sortBy.b.",
                "{$expr: {$sortArray: {input: '$a', sortBy: 0}}}           | $expr.$sortArray.sortBy",
                "{$expr: {$zip: {inputs: '$a'}}}                           | $expr.$zip.inputs",
                "{$expr: {$zip: {inputs: []}}}                             | $expr.$zip",
                "{$expr: {$zip: {inputs: ['$a'], useLongestLength: 1}}}    | $expr.$zip.useLongestLength",
                "{$expr: {$zip: {inputs: ['$a'], defaults: [1]}}}          | $expr.$zip",
                "{$expr: {$setField: {field: '$b', input: {}, value: 1}}}  | $expr.$setField.field",
                "{$expr: {$unsetField: {field: {$concat: ['b']}, input: {}}}} | $expr.$unsetField.field",
                "{$expr: {$regexFind: {input: '$a', regex: '('}}}          | $expr.$regexFind",
                "{$expr: {$function: {body: '$a', args: [], lang: 'js'}}}  | $expr.$function.body",
                "{$expr: {$function: {body: '1', args: [], lang: 'py'}}}   | $expr.$function.lang",
                "{a: {$_internalExprEq: [1]}}         | a.$_internalExprEq",
                "{$expr: {$dateToString: {date: 'wallTime', format: '%Y'}}} | $expr.$dateToString",
                "{$expr: {$trim: {input: 5}}}                               | $expr.$trim",
                "{a: /(?<n>x)(?P=m)/}                 | a",
                "{a: /[\\E]/}                       | a",
                "{$jsonSchema: {enum: [{a: 1, b: 2}, {b: 2, a: 1}]}} | $jsonSchema.enum[1]",
            })
    void what_the_server_refuses_is_refused_with_its_place(String filter, String place) {
        assertThatThrownBy(() -> Match.parse(filter))
                .isInstanceOfSatisfying(
                        InvalidMatchException.class,
                        refused -> assertThat(refused.place()).isEqualTo(place));
    }

    @Test
    void a_refusal_says_the_line_and_column_of_what_the_server_takes_for_a_text_search() {
        assertThatThrownBy(() -> Match.parse("{ a: 1,\n  b: { $eq: { $text: 1 } } }"))
                .isInstanceOf(InvalidMatchException.class)
                .hasMessageContaining("line 2, column 15");
    }

    @ParameterizedTest
    @CsvSource({"98, true", "99, false"})
    void a_filter_is_nested_as_deeply_as_the_server_bears(int depth, boolean accepted) {
        String filter = "{$and: [".repeat(depth) + "{a: 1}" + "]}".repeat(depth);

        if (accepted) {
            assertThat(Match.parse(filter).matches(RawBsonDocument.parse("{a: 1}")))
                    .isTrue();
        } else {
            assertThatThrownBy(() -> Match.parse(filter)).isInstanceOf(InvalidMatchException.class);
        }
    }

    @Test
    void an_expression_that_may_fail_beside_several_comparisons_is_left_to_the_server() {
        assertThat(Match.parse("{$expr: {$and: [{$eq: ['$a', 1]}, {$eq: ['$b', 1]}, {$gt: [{$size: '$c'}, 1]}]}}")
                        .inProcess())
                .isFalse();
        assertThat(Match.parse("{$expr: {$and: [{$eq: ['$a', 1]}, {$gt: [{$size: '$c'}, 1]}]}}")
                        .inProcess())
                .isTrue();
    }

    @Test
    void what_is_not_json_is_refused_with_its_line_and_column() {
        assertThatThrownBy(() -> Match.parse("{ a: 1,\n  b: { $lt: } }"))
                .isInstanceOfSatisfying(
                        InvalidMatchException.class,
                        refused -> assertThat(refused.place()).isEqualTo("line 2, column 13"));
    }

    @Test
    void a_filter_is_not_changed_by_what_happens_to_its_document() {
        BsonDocument document = new BsonDocument("a", new BsonInt32(1));
        Match match = Match.parse(document);

        document.put("a", new BsonInt32(2));

        assertThat(match.matches(RawBsonDocument.parse("{a: 1}"))).isTrue();
        assertThat(match.filter()).isEqualTo(BsonDocument.parse("{a: 1}"));
    }

    @Test
    void an_event_may_be_a_part_of_a_larger_array() {
        RawBsonDocument outer = RawBsonDocument.parse("{before: 1, event: {a: 'x', b: [1, 2]}, after: 1}");
        RawBsonDocument event = (RawBsonDocument) outer.getDocument("event");

        assertThat(Match.parse("{a: 'x', b: 2}").matches(event)).isTrue();
    }

    @Test
    void a_field_that_is_written_twice_counts_twice() {
        Match match = Match.parse("{a: {$gt: 1}, a: {$lt: 3}}");

        assertThat(match.matches(RawBsonDocument.parse("{a: 2}"))).isTrue();
        assertThat(match.matches(RawBsonDocument.parse("{a: 5}"))).isFalse();
        assertThat(match.matches(RawBsonDocument.parse("{a: 0}"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{$jsonSchema: {required: ['a']}}",
                "{$jsonSchema: {properties: {'': {pattern: '('}}}}",
                "{a: /\\p{Lu}/}",
                "{a: /(a|b)*/}",
                "{a: /(.)\\1/}",
                "{a: /(?=y)[^z]*y/}",
                "{a: {$regex: '[\\\\Qa\\\\E-c]'}}",
                "{a: {$regex: '[a\\\\E-c]'}}",
                "{a: {$regex: '(?J)(?<n>a)(?<n>b)'}}",
                "{a: /(?<=x)(?=y)(?:x?y)+/}",
                "{a: /(?!z)(?=y)[^z]*y/}",
                "{a: /x{0}(?=y)[^z]*y/}",
                "{a: {$geoWithin: {$box: [[0, 0], [1, 1]]}}}",
                "{$sampleRate: 0.5}",
                "{'': 1}",
                "{$expr: {$toHashedIndexKey: ['$a', '$b']}}",
                "{$expr: {$maxN: {input: {$sqrt: 'x'}, n: 1}}}",
                "{$expr: {$firstN: {input: {$month: [5]}, n: 1}}}",
                "{$expr: {$function: {body: 'return 1', args: [], lang: 'js', other: 1}}}",
                "{$expr: {$lt: ['$wallTime', '$$NOW']}}",
                "{a: {$bitsAllSet: {$binary: {base64: 'gA==', subType: '00'}}}}"
            })
    void what_only_the_server_can_answer_is_not_answered_here(String filter) {
        Match match = Match.parse(filter);

        assertThat(match.inProcess()).isFalse();
        assertThat(match.whyNotInProcess()).isNotEmpty();
        assertThatThrownBy(() -> match.matches(RawBsonDocument.parse("{}")))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void an_expression_fails_on_an_event_as_it_does_on_the_server() {
        Match match = Match.parse("{$expr: {$gt: [{$size: '$a'}, 1]}}");

        assertThat(match.canFail()).isTrue();
        assertThat(match.matches(RawBsonDocument.parse("{a: [1, 2]}"))).isTrue();
        assertThatThrownBy(() -> match.matches(RawBsonDocument.parse("{a: 5}")))
                .isInstanceOfSatisfying(
                        MatchFailedException.class,
                        failed -> assertThat(failed.code()).isEqualTo(17124));
    }

    @Test
    void an_expression_is_not_evaluated_where_a_comparison_in_it_already_fails() {
        Match match = Match.parse("{$expr: {$and: [{$gt: [{$size: '$a'}, 1]}, {$eq: ['$kind', 'list']}]}}");

        assertThat(match.matches(RawBsonDocument.parse("{a: 5, kind: 'number'}")))
                .isFalse();
    }

    @Test
    void an_expression_that_may_fail_before_other_conditions_is_left_to_the_server() {
        assertThat(Match.parse("{$expr: {$gt: [{$size: '$a'}, 1]}, operationType: 'insert'}")
                        .inProcess())
                .isFalse();
        assertThat(Match.parse("{operationType: 'insert', $expr: {$gt: [{$size: '$a'}, 1]}}")
                        .inProcess())
                .isTrue();
    }

    @Test
    void a_filter_says_which_fields_it_reads() {
        Match match =
                Match.parse("{'fullDocument.a': 1, $or: [{'ns.coll': 'x'}, {$expr: {$eq: ['$documentKey._id', 1]}}]}");

        assertThat(match.fields()).containsExactlyInAnyOrder("fullDocument", "ns", "documentKey");
        assertThat(match.reads("fullDocument")).isTrue();
        assertThat(match.reads("updateDescription")).isFalse();
        assertThat(Match.parse("{$expr: {$eq: ['$$ROOT', {}]}}").reads("anything"))
                .isTrue();
    }

    @Test
    void without_a_field_a_filter_lets_through_all_that_could_match() {
        Match whole = Match.parse("{operationType: 'update', 'fullDocument.qty': {$lt: 5}}");
        Match weaker = whole.without("fullDocument");

        assertThat(weaker.reads("fullDocument")).isFalse();
        assertThat(weaker.matches(RawBsonDocument.parse("{operationType: 'update'}")))
                .isTrue();
        assertThat(weaker.matches(RawBsonDocument.parse("{operationType: 'insert'}")))
                .isFalse();
    }

    @Test
    void without_a_field_an_alternative_that_reads_it_lets_all_through() {
        Match weaker = Match.parse("{$or: [{operationType: 'insert'}, {'fullDocument.a': 1}]}")
                .without("fullDocument");

        assertThat(weaker.matches(RawBsonDocument.parse("{operationType: 'update'}")))
                .isTrue();
    }

    @Test
    void a_nor_of_several_branches_is_divided_for_streams_that_refuse_it() {
        Match match = Match.parse("{$nor: [{operationType: 'insert'}, {'fullDocument.a': 1}]}");

        assertThat(match.pushable()).isFalse();
        assertThat(match.streamFilter())
                .isEqualTo(BsonDocument.parse(
                        "{$and: [{$nor: [{operationType: 'insert'}]}, {$nor: [{'fullDocument.a': 1}]}]}"));
        assertThat(Match.parse(match.streamFilter()).pushable()).isTrue();
    }
}
