package dev.onchange.examples.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class PictureTest {

    private static final String LONG = "100 handlers, one equality each, updates with UPDATE_LOOKUP, and more words";
    private static final Pattern TEXT =
            Pattern.compile("<text x=\"([0-9.]+)\" y=\"[0-9.]+\" class=\"([a-z ]*)\">([^<]*)<");

    @Test
    void no_label_is_cut_however_long_it_is() {
        Bars bars = new Bars("bars");
        bars.add("driver, ChangeStreamDocument<RawBsonDocument>, with a tail", 1);
        bars.add("OnChange", 1_000_000);
        Curves curves = new Curves(new Curves.Axes("curves", "handlers", "events/s", true));
        curves.add("driver, ChangeStreamDocument<RawBsonDocument>, with a tail", 1, 1);
        curves.add("driver, ChangeStreamDocument<RawBsonDocument>, with a tail", 10_000, 1_000_000);
        List<Reach> reaches = List.of(Reach.atLeast("P2", LONG, 14, "the speed of 100 streams", 13.6));

        String svg = new Picture(new Document(), reaches, List.of(bars, curves)).svg();

        assertThat(TEXT.matcher(svg).results().toList()).hasSizeGreaterThan(8).allSatisfy(text -> {
            double x = Double.parseDouble(text.group(1));
            double width = Svg.width(text.group(3).replace("&lt;", "<").replace("&gt;", ">"));
            boolean endsThere = text.group(2).contains("end");
            assertThat(endsThere ? x - width : x).isNotNegative();
            assertThat(endsThere ? x : x + width).isLessThanOrEqualTo(Picture.WIDTH);
        });
    }

    @Test
    void what_could_not_be_divided_or_is_below_nothing_does_not_keep_the_picture_from_being_drawn() {
        Curves curves = new Curves(new Curves.Axes("curves", "bytes", "× the driver's", true));
        curves.add("OnChange", 100, Double.POSITIVE_INFINITY);
        curves.add("driver", 100, Double.NaN);

        assertThat(new Picture(new Document(), List.of(), List.of(curves)).svg())
                .contains("OnChange");

        curves.add("OnChange", 1_000, -1.05);
        curves.add("OnChange", 10_000, 0);
        curves.add("OnChange", 100_000, 2);

        assertThat(new Picture(new Document(), List.of(), List.of(curves)).svg())
                .doesNotContain("Infinity", "NaN");
    }

    @Test
    void a_figure_without_a_goal_is_in_the_table_alone() {
        List<Reach> figures = List.of(
                Reach.atMost("P1", "with a goal", 1, "the driver", 0.9),
                Reach.none("P1", "without one", "bytes that nobody reads", 3.5));

        assertThat(new Picture(new Document(), figures, List.of()).svg())
                .contains("with a goal")
                .doesNotContain("without one");
        assertThat(ResultFiles.markdown(
                        new Document(), figures, Map.of("P2", new IllegalStateException("no server\nat all"))))
                .contains("| P1 | with a goal | ≤ 1 × the driver | 0.90 × | reached |")
                .contains("| P1 | without one | no goal: × bytes that nobody reads | 3.50 × |  |")
                .contains("| P2 | failed: java.lang.IllegalStateException: no server | | | **failed** |\n");
    }
}
