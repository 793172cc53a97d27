package dev.onchange.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnPipelineTest {

    @Test
    void stages_are_given_one_by_one_or_in_one_array() {
        OwnPipeline oneByOne = OwnPipeline.parse(
                List.of("{$match: {'fullDocument.username': 'alice'}}", "{$addFields: {newField: 'x'}}"));

        OwnPipeline array = OwnPipeline.parse(
                List.of(" [{$match: {'fullDocument.username': 'alice'}}, {$addFields: {newField: 'x'}}]"));

        assertThat(array).isEqualTo(oneByOne);
        assertThat(array.stages()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{$addFields: {a: 1}}",
                "{$match: {a: 1}}",
                "{$project: {a: 1}}",
                "{$replaceRoot: {newRoot: '$$ROOT'}}",
                "{$replaceWith: {_id: '$_id', a: 1}}",
                "{$redact: '$$KEEP'}",
                "{$set: {a: 1}}",
                "{$unset: 'a'}"
            })
    void every_stage_that_a_change_stream_takes_is_allowed(String stage) {
        assertThat(OwnPipeline.parse(List.of(stage)).stages()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$group", "$lookup", "$limit", "$out", "$set1", "$changeStreamSplitLargeEvent"})
    void any_other_stage_is_refused_by_its_name(String name) {
        assertThatThrownBy(() -> OwnPipeline.parse(List.of("{$match: {}}", "{" + name + ": {}}")))
                .isInstanceOfSatisfying(InvalidPipelineException.class, invalid -> {
                    assertThat(invalid.place()).isEqualTo("stage 1, " + name);
                    assertThat(invalid.text()).isEqualTo(1);
                });
    }

    @Test
    void operators_that_extended_json_uses_too_need_no_second_field() {
        OwnPipeline pipeline = OwnPipeline.parse(
                List.of("{$match: {'ns.coll': {$regex: '^shop'}, 'fullDocument.a': {$type: 'string'}}}"));

        assertThat(pipeline.stages()).hasSize(1);
    }

    @Test
    void a_mistake_in_the_text_is_shown_by_line_and_column() {
        assertThatThrownBy(() -> OwnPipeline.parse(List.of("{$set: {a: 1}}", "{$set:\n  {a: }}")))
                .isInstanceOfSatisfying(
                        InvalidPipelineException.class,
                        invalid -> assertThat(invalid.place()).isEqualTo("stage 1, line 2, column 7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "{$set: {a: 1}} {",
                "{$set: {a: 1}}, x: 1",
                "[{$set: {a: 1}}",
                "[7]",
                "{}",
                "{a: 1}",
                "{$set: {}, $unset: 'a'}",
                "[[]]"
            })
    void a_document_that_is_no_stage_is_refused(String text) {
        assertThatThrownBy(() -> OwnPipeline.parse(List.of(text))).isInstanceOf(InvalidPipelineException.class);
    }

    @Test
    void a_filter_within_is_checked_like_any_other() {
        assertThatThrownBy(() -> OwnPipeline.parse(List.of("{$match: {a: {$lte: 1, $foo: 2}}}")))
                .isInstanceOf(InvalidPipelineException.class)
                .hasMessageContaining("stage 0, $match")
                .hasMessageContaining("$foo");
    }
}
