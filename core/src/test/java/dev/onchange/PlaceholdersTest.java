package dev.onchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.scan.EnvironmentNames;
import dev.onchange.engine.scan.PlaceholderText;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonRegularExpression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholdersTest {

    private static final Map<String, String> VALUES = Map.of("a", "1", "b.c", "2", "empty", "", "nested", "${a}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain|plain",
                "${a}|1",
                "x${a}y${b.c}z|x1y2z",
                "${ a }|1",
                "${a:9}|1",
                "${none:9}|9",
                "${none:}x|x",
                "${empty:}x|x",
                "${none:a:b}|a:b",
                "${none:${a}}|1",
                "${none:${nothing:${b.c}}}|2",
                "{ q: ${none:{ $lt: 3 }} }|{ q: { $lt: 3 } }",
                "\\${a}|${a}",
                "\\${a}${a}|${a}1",
                "{ $gt: 1 }|{ $gt: 1 }",
                "$a {b}|$a {b}",
                "${nested}|${a}"
            })
    void a_text_is_resolved(String text, String expected) {
        PlaceholderText placeholderText = new PlaceholderText(VALUES::get, "here", text);

        String resolved = placeholderText.resolved();

        assertThat(resolved).isEqualTo(expected);
        assertThat(placeholderText.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"${a", "${}", "${:9}", "x ${ } y", "${a:{}"})
    void a_placeholder_that_is_not_well_formed_is_refused(String text) {
        PlaceholderText placeholderText = new PlaceholderText(VALUES::get, "here", text);

        String resolved = placeholderText.resolved();

        assertThat(resolved).isEqualTo(text);
        assertThat(placeholderText.problems()).hasSize(1);
        assertThat(placeholderText.problems().get(0).what()).contains(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"${empty}", "x-${empty}", "${blank}", "${empty:x}", "${none:${empty}}"})
    void an_empty_value_is_refused_unless_the_default_is_empty(String text) {
        Map<String, String> values = Map.of("empty", "", "blank", " ");
        PlaceholderText placeholderText = new PlaceholderText(values::get, "here", text);

        placeholderText.resolved();

        assertThat(placeholderText.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("is empty"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "O'Brien",
                "say \"x\"",
                "back\\slash\\",
                "x', $expr: {$function: {}}, y: '",
                "x\", $where: \"1",
                "line\nfeed\t\u0001",
                "ünïcode €",
                "/",
                "${a}"
            })
    void between_quotes_of_a_filter_any_value_stays_the_text_that_it_is(String value) {
        for (String template :
                List.of("{a: '${x}'}", "{a: \"${x}\"}", "{r: /it's/, a: '${x}'}", "{b: 'it\\'s', a: \"${x}\"}")) {
            PlaceholderText placeholderText = PlaceholderText.of(Map.of("x", value)::get, "here", "match", template);

            BsonDocument filter = BsonDocument.parse(placeholderText.resolved());

            assertThat(placeholderText.problems()).isEmpty();
            assertThat(filter.getString("a").getValue()).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                " -1.5e3 ",
                "true",
                "null",
                "'a, b'",
                "{$lt: 5, $gt: {a: ']'}}",
                "[1, 2]",
                "NumberLong(5)",
                "/a,b/i",
                "ISODate('2020-01-01T00:00:00Z')"
            })
    void outside_quotes_of_a_filter_a_value_may_be_any_one_in_json(String value) {
        PlaceholderText placeholderText =
                PlaceholderText.of(Map.of("x", value)::get, "here", "pipeline", "{a: ${x}, b: 1}");

        BsonDocument filter = BsonDocument.parse(placeholderText.resolved());

        assertThat(placeholderText.problems()).isEmpty();
        assertThat(filter)
                .hasSize(2)
                .containsEntry("a", BsonArray.parse("[" + value + "]").get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5, c: 6",
                "1}, {c: 1",
                "1], [2",
                "O'Brien",
                "words",
                "1 2",
                "'a' 'b'",
                "{a: 1",
                "'a",
                "/a",
                "a: 1",
                "1,"
            })
    void outside_quotes_of_a_filter_anything_else_is_refused(String value) {
        PlaceholderText placeholderText =
                PlaceholderText.of(Map.of("x", value)::get, "here", "match", "{a: ${x}, b: 1}");

        placeholderText.resolved();

        assertThat(placeholderText.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("not one value in JSON"));
    }

    @ParameterizedTest
    @CsvSource({"a.b,a.b", "a/b,a\\/b", "a\\/b,a\\/b", "a\\,a\\\\"})
    void in_a_regular_expression_a_value_is_a_part_of_it(String value, String pattern) {
        PlaceholderText placeholderText = PlaceholderText.of(Map.of("x", value)::get, "here", "match", "{a: /^${x}/i}");

        BsonDocument filter = BsonDocument.parse(placeholderText.resolved());

        assertThat(filter.getRegularExpression("a")).isEqualTo(new BsonRegularExpression("^" + pattern, "i"));
    }

    @Test
    void every_name_without_a_value_is_said_with_the_ways_to_give_it_one() {
        PlaceholderText placeholderText = new PlaceholderText(VALUES::get, "here", "${x.y-z} ${none}");

        placeholderText.resolved();

        assertThat(placeholderText.problems())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.UNKNOWN_PLACEHOLDER, ProblemCode.UNKNOWN_PLACEHOLDER);
        assertThat(placeholderText.problems().get(0).todo())
                .contains("system property x.y-z")
                .contains("environment variable X_Y_Z")
                .contains("${x.y-z:…}");
    }

    @Test
    void a_source_that_fails_is_a_problem_like_any_other() {
        PlaceholderText placeholderText = new PlaceholderText(
                name -> {
                    throw new IllegalStateException("vault sealed");
                },
                "here",
                "${a:1}");

        placeholderText.resolved();

        assertThat(placeholderText.problems()).hasSize(1);
        assertThat(placeholderText.problems().get(0).what()).contains("${a}").contains("vault sealed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.db-name", "shop.dbName", "SHOP_DB_NAME", "shop_db_name"})
    void an_environment_variable_is_found_in_upper_case_with_underscores(String name) {
        Placeholders placeholders = new EnvironmentNames(Map.of("SHOP_DB_NAME", "warehouse")::get);

        assertThat(placeholders.valueOf(name)).isEqualTo("warehouse");
    }

    @Test
    void an_environment_variable_of_the_very_name_comes_first() {
        Placeholders placeholders = new EnvironmentNames(Map.of("db", "exact", "DB", "upper")::get);

        assertThat(placeholders.valueOf("db")).isEqualTo("exact");
    }

    @Test
    void system_properties_come_before_the_environment() {
        String name = Map.copyOf(System.getenv()).keySet().iterator().next();
        System.setProperty(name, "from the property");

        try {
            assertThat(Placeholders.ofSystem().valueOf(name)).isEqualTo("from the property");
        } finally {
            System.clearProperty(name);
        }
        assertThat(Placeholders.ofSystem().valueOf(name)).isEqualTo(System.getenv(name));
    }
}
