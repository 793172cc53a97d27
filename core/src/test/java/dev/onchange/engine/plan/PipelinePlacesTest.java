package dev.onchange.engine.plan;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelinePlacesTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {$group: {_id: null}}                              | at stage 0, $group (line 1, column 2):
            [{$set: {a: 1}}, {$group: {_id: null}}]            | at stage 1, $group (line 1, column 19):
            {$match: {qty: {$less: 3}}}                        | at stage 0, $match (line 1, column 17):
            [{$match: {$or: [{qty: 1}, {qty: {$less: 3}}]}}]   | at stage 0, $match (line 1, column 35):
            """)
    void a_mistake_in_a_stage_is_shown_with_line_and_column(String pipeline, String place) {
        assertThatExceptionOfType(InvalidPipelineException.class)
                .isThrownBy(() -> OwnPipeline.parse(List.of(pipeline)))
                .withMessageStartingWith(place);
    }
}
