package dev.onchange.engine.checkpoint;

import static dev.onchange.checkpoint.Positions.all;
import static dev.onchange.checkpoint.Positions.position;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.checkpoint.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DirtyPositionsTest {

    private final DirtyPositions dirty = new DirtyPositions();

    @Test
    void what_was_saved_is_passed_over() {
        dirty.saved(Map.of("a", position(1), "b", position(1)));

        assertThat(dirty.among(Map.of("a", position(1), "b", position(2)))).isEqualTo(Map.of("b", position(2)));
    }

    @Test
    void handlers_that_have_left_are_forgotten() {
        dirty.saved(Map.of("a", position(1), "b", position(1)));

        assertThat(dirty.among(Map.of("a", position(1)))).isEmpty();

        assertThat(dirty.among(Map.of("a", position(1), "b", position(1)))).isEqualTo(Map.of("b", position(1)));
    }

    @Test
    void at_the_first_look_nothing_is_rough() {
        Map<String, Position> now = Map.of("a", position(1), "b", position(2));

        assertThat(dirty.roughlyAmong(now)).isEqualTo(now);
    }

    @Test
    void busy_handlers_at_the_front_are_taken_to_be_where_the_hindmost_is() {
        look(all(100, 10));

        Map<String, Position> rough = dirty.roughlyAmong(scattered(100, 20));

        assertThat(new HashSet<>(rough.values())).containsExactly(position(20));
        assertThat(rough).hasSize(100);
    }

    @Test
    void one_that_lags_behind_the_front_neither_holds_the_others_back_nor_is_set_back() {
        look(all(100, 10));
        Map<String, Position> now = scattered(100, 20);
        now.put("h0", position(9));

        Map<String, Position> rough = dirty.roughlyAmong(now);

        assertThat(rough.remove("h0")).isEqualTo(position(9));
        assertThat(new HashSet<>(rough.values())).containsExactly(position(21));
    }

    @Test
    void one_that_stands_still_holds_the_others_back_for_one_look_only() {
        look(all(3, 10));
        Map<String, Position> now = new HashMap<>(all(3, 20));
        now.put("h0", position(10));

        assertThat(dirty.roughlyAmong(now)).isEmpty();
        now.putAll(Map.of("h1", position(30), "h2", position(31)));
        assertThat(dirty.roughlyAmong(now)).isEqualTo(Map.of("h1", position(30), "h2", position(30)));
    }

    @Test
    void nothing_is_rough_any_more_once_all_have_settled_all() {
        look(all(100, 10));
        dirty.saved(dirty.roughlyAmong(scattered(100, 20)));

        assertThat(dirty.roughlyAmong(all(100, 119))).isEqualTo(all(100, 119));
    }

    @Test
    void handlers_of_different_streams_do_not_wait_for_each_other() {
        Position other = new Position(position(30).token(), position(30).clusterTime(), "another stream");
        look(Map.of("a", position(10), "b", other));

        Position later = new Position(position(40).token(), position(40).clusterTime(), "another stream");
        assertThat(dirty.roughlyAmong(Map.of("a", position(20), "b", later)))
                .isEqualTo(Map.of("a", position(20), "b", later));
    }

    private void look(Map<String, Position> positions) {
        dirty.saved(dirty.among(positions));
    }

    private static Map<String, Position> scattered(int count, int from) {
        Map<String, Position> positions = new HashMap<>();
        all(count, 0).keySet().forEach(id -> positions.put(id, position(from + Integer.parseInt(id.substring(1)))));
        return positions;
    }
}
