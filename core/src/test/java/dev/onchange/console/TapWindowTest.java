package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.console.TapWindow.Shown;
import java.util.List;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

class TapWindowTest {

    private final TapWindow window = new TapWindow();

    @Test
    void of_a_flood_no_more_is_read_than_is_shown() {
        assertThat(read(1_000)).isEqualTo(150);
        window.shown();

        assertThat(window.batch()).isEqualTo(50);
        assertThat(read(1_000)).isEqualTo(50);
    }

    @Test
    void what_is_left_out_is_said_before_the_changes_behind_it() {
        read(1_000);

        List<Shown> shown = window.shown();
        assertThat(shown).hasSize(25).first().isEqualTo(new Shown.Dropped(100, true));
        assertThat(shown.get(1)).isEqualTo(new Shown.Change(change(100)));
        assertThat(window.shown()).hasSize(25).noneMatch(Shown.Dropped.class::isInstance);
        assertThat(window.shown()).hasSize(1);
        assertThat(window.shown()).isEmpty();
    }

    @Test
    void a_flood_is_over_where_fewer_come_and_then_those_that_are_left_out_are_counted() {
        read(1_000);
        drain();
        assertThat(read(40)).isEqualTo(40);
        drain();

        assertThat(window.batch()).isEqualTo(100);
        assertThat(read(120)).isEqualTo(120);
        assertThat(window.shown()).first().isEqualTo(new Shown.Dropped(70, false));
    }

    @Test
    void a_flood_lasts_while_the_stream_is_closed_and_is_over_when_nothing_comes() {
        read(1_000);
        window.shown();
        window.shown();
        window.shown();
        assertThat(window.batch()).isEqualTo(50);

        window.shown();
        window.shown();
        assertThat(window.batch()).isEqualTo(100);
    }

    /** As the stream does; gives how many were read before it was closed. */
    private int read(int changes) {
        for (int number = 0; number < changes; number++) {
            window.add(change(number));
            if (window.isFlooded()) {
                return number + 1;
            }
        }
        return changes;
    }

    private void drain() {
        while (!window.shown().isEmpty()) {
            continue;
        }
    }

    private static RawBsonDocument change(int number) {
        return RawBsonDocument.parse("{n: " + number + "}");
    }
}
