package dev.onchange.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether an own pipeline leaves a {@code fullDocument}: if not, the payload is the whole event. */
class ShapeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{$match: {'fullDocument.username': 'alice'}}",
                "{$addFields: {newField: 'this is an added field!'}}",
                "{$set: {'fullDocument.total': 1}}",
                "{$unset: ['updateDescription', 'fullDocument.secret']}",
                "{$unset: 'fullDocument.secret'}",
                "{$project: {lsid: 0}}",
                "{$project: {'fullDocument.secret': false}}",
                "{$project: {operationType: 1, fullDocument: 1}}",
                "{$project: {'fullDocument.sku': true}}",
                "{$project: {fullDocument: {sku: '$fullDocument.sku'}}}",
                "{$redact: '$$KEEP'}",
                "{$replaceRoot: {newRoot: '$$ROOT'}}",
                "{$replaceRoot: {newRoot: {_id: '$_id', fullDocument: '$fullDocument'}}}",
                "{$replaceWith: {$mergeObjects: ['$$ROOT', {added: 1}]}}",
                "[{$project: {a: '$fullDocument.a'}}, {$addFields: {fullDocument: {a: '$a'}}}]",
                "[]",
            })
    void it_does(String pipeline) {
        assertThat(Shape.keepsFullDocument(List.of(pipeline))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{$project: {fullDocument_id: '$fullDocument._id', a: 1, b: 1}}",
                "{$project: {operationType: 1}}",
                "{$project: {_id: 1}}",
                "{$project: {fullDocument: 0}}",
                "{$unset: 'fullDocument'}",
                "{$unset: ['lsid', 'fullDocument']}",
                "{$replaceRoot: {newRoot: {_id: '$_id', sku: '$fullDocument.sku'}}}",
                "{$replaceRoot: {newRoot: {$mergeObjects: ['$fullDocument', {_id: '$_id'}]}}}",
                "{$replaceWith: {_id: '$_id', sku: '$fullDocument.sku'}}",
                "[{$addFields: {x: 1}}, {$unset: 'fullDocument'}]",
                "[{$project: {a: 1}}, {$project: {fullDocument: 1}}]",
                "[{$project: {a: 1}}, {$match: {a: 1}}]",
            })
    void it_does_not(String pipeline) {
        assertThat(Shape.keepsFullDocument(List.of(pipeline))).isFalse();
    }

    @Test
    void stages_may_stand_each_for_itself() {
        assertThat(Shape.keepsFullDocument(List.of("{$match: {}}", "{$project: {a: 1}}")))
                .isFalse();
    }

    @Test
    void what_is_no_pipeline_is_reported_by_the_plan_and_changes_nothing_here() {
        assertThat(Shape.keepsFullDocument(List.of("{$project: "))).isTrue();
        assertThat(Shape.keepsFullDocument(List.of("7"))).isTrue();
    }
}
