package dev.onchange.engine.bson;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainJsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " {\n\t'a' : 1 ,\"b\": -7, c_$1: 0 } \r\n",
                "{ 'a.b': { $gte: 2147483647, $lt: -2147483647 } }",
                "{ a: 'it is \"so\"', b: \"it's\", c: '' }",
                "{ a: true, b: false, c: null }",
                "{ a: [], b: [ 1, [ 'x' ], {}, { c: [ null ] }, 5, 6, 7, 8, 9, 10, 11 ] }",
                "{ $and: [ { a: 1 }, { $or: [ { b: { $in: [ 1, 'x' ] } }, { $nor: [ { c: 1 } ] } ] } ] }",
                "{ $expr: { $gt: [ '$fullDocument.price', 10 ] } }",
                "{ a: { $regex: '^x-.*y$' }, b: { $not: { $regex: \"z\" } } }",
                "{ a: { $elemMatch: { $regex: 'x' } }, b: { $elemMatch: { c: 1, d: 'x' } } }",
                "{ a: 1, a: 2 }"
            })
    void what_it_reads_is_what_the_driver_reads(String json) {
        RawBsonDocument plain = PlainJson.read(json);

        assertThat(plain).isNotNull();
        assertThat(RawBytes.copy(plain)).isEqualTo(RawBytes.copy(ExtendedJson.read(json)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{ a: 1 } x",
                "{ a: 1 } { b: 2 }",
                "{ a: 1 }}",
                "[ { a: 1 } ]",
                "{ a: 1, }",
                "{ a: 1 b: 2 }",
                "{ a 1 }",
                "{ 1a: 1 }",
                "{ a: 01 }",
                "{ a: -0 }",
                "{ a: - }",
                "{ a: 1x }",
                "{ a: 1.5 }",
                "{ a: 1e3 }",
                "{ a: 2147483648 }",
                "{ a: -2147483649 }",
                "{ a: 99999999999999999999 }",
                "{ a: 'x\\n' }",
                "{ a: 'é' }",
                "{ a: 'x\ny' }",
                "{ 'a\\'b': 1 }",
                "{ a: 'x }",
                "{ a: truely }",
                "{ a: nulls }",
                "{ a: NaN }",
                "{ a: /x/ }",
                "{ a: ISODate('2030-01-31T12:00:00Z') }",
                "{ a: { $oid: '507f1f77bcf86cd799439011' } }",
                "{ a: { '$numberLong': '1' } }",
                "{ a: { $date: 1 } }",
                "{ a: { $type: 'string' } }",
                "{ a: { $regex: 'x', $options: 'i' } }",
                "{ a: { $eq: 1, $regex: 'x' } }",
                "{ a: { $regex: { $oid: '507f1f77bcf86cd799439011' } } }",
                "{ $comment: 'x' }",
                "{ a: { '$regex': 1 } }"
            })
    void all_else_is_left_to_the_driver(String json) {
        assertThat(PlainJson.read(json)).isNull();
    }

    @Test
    void it_reads_no_deeper_than_it_may_without_a_deep_stack() {
        String deep = "{ a: ".repeat(1_000) + "1" + " }".repeat(1_000);

        assertThat(PlainJson.read(deep)).isNull();
    }
}
