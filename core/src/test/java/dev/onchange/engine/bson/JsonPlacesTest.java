package dev.onchange.engine.bson;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPlacesTest {

    private static final String FILTER = """
            {
              $or: [ { 'a.b': { $lt: 10, $type: "string" } },
                     {qty:{$in:[1, ObjectId('5f'), /x,}]/i]}} ],
              "text": "a \\" } , 'b'",
              last: 1
            }
            """;

    @ParameterizedTest
    @CsvSource({
        "$or, 2, 3",
        "$or[0].a.b, 2, 12",
        "$or[0].a.b.$type, 2, 30",
        "$or[1].qty.$in, 3, 16",
        "$or[1].qty.$in[2], 3, 40",
        "text, 4, 3",
        "last, 5, 3",
        "last.$unknown.deeper, 5, 3"
    })
    void each_field_and_element_has_its_line_and_column(String path, int line, int column) {
        assertThat(JsonPlaces.of(FILTER, path)).isEqualTo(" (line " + line + ", column " + column + ")");
    }

    @Test
    void nothing_is_said_of_what_is_not_there() {
        assertThat(JsonPlaces.of(FILTER, "other")).isEmpty();
        assertThat(JsonPlaces.of("{ broken", "other")).isEmpty();
        assertThat(JsonPlaces.of("", "other")).isEmpty();
        assertThat(JsonPlaces.of("[", "[0]")).isEmpty();
    }
}
