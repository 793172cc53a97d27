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
    void saved_positions_are_left_out() {
        dirty.saved(Map.of("a", position(1), "b", position(1)));

        assertThat(dirty.exact(Map.of("a", position(1), "b", position(2)))).isEqualTo(Map.of("b", position(2)));
    }

    @Test
    void saved_positions_of_handlers_that_have_left_are_forgotten() {
        dirty.saved(Map.of("a", position(1), "b", position(1)));

        assertThat(dirty.exact(Map.of("a", position(1)))).isEmpty();

        assertThat(dirty.exact(Map.of("a", position(1), "b", position(1)))).isEqualTo(Map.of("b", position(1)));
    }

    @Test
    void at_the_first_call_no_positions_are_grouped() {
        Map<String, Position> now = Map.of("a", position(1), "b", position(2));

        assertThat(dirty.grouped(now)).isEqualTo(now);
    }

    @Test
    void the_furthest_handlers_all_get_the_earliest_of_their_positions() {
        saveExact(all(100, 10));

        Map<String, Position> grouped = dirty.grouped(scattered(100, 20));

        assertThat(new HashSet<>(grouped.values())).containsExactly(position(20));
        assertThat(grouped).hasSize(100);
    }

    @Test
    void a_handler_that_lags_behind_neither_holds_the_furthest_back_nor_is_set_back() {
        saveExact(all(100, 10));
        Map<String, Position> now = scattered(100, 20);
        now.put("h0", position(9));

        Map<String, Position> grouped = dirty.grouped(now);

        assertThat(grouped.remove("h0")).isEqualTo(position(9));
        assertThat(new HashSet<>(grouped.values())).containsExactly(position(21));
    }

    @Test
    void a_handler_that_stands_still_holds_the_furthest_back_for_one_call_only() {
        saveExact(all(3, 10));
        Map<String, Position> now = new HashMap<>(all(3, 20));
        now.put("h0", position(10));

        assertThat(dirty.grouped(now)).isEmpty();
        now.putAll(Map.of("h1", position(30), "h2", position(31)));
        assertThat(dirty.grouped(now)).isEqualTo(Map.of("h1", position(30), "h2", position(30)));
    }

    @Test
    void no_positions_are_grouped_any_more_once_all_handlers_have_settled_all() {
        saveExact(all(100, 10));
        dirty.saved(dirty.grouped(scattered(100, 20)));

        assertThat(dirty.grouped(all(100, 119))).isEqualTo(all(100, 119));
    }

    @Test
    void handlers_of_different_streams_do_not_wait_for_each_other() {
        Position ofAnotherStream =
                new Position(position(30).token(), position(30).clusterTime(), "another stream");
        saveExact(Map.of("a", position(10), "b", ofAnotherStream));

        Position later = new Position(position(40).token(), position(40).clusterTime(), "another stream");
        assertThat(dirty.grouped(Map.of("a", position(20), "b", later)))
                .isEqualTo(Map.of("a", position(20), "b", later));
    }

    private void saveExact(Map<String, Position> positions) {
        dirty.saved(dirty.exact(positions));
    }

    private static Map<String, Position> scattered(int count, int from) {
        Map<String, Position> positions = new HashMap<>();
        all(count, 0).keySet().forEach(id -> positions.put(id, position(from + Integer.parseInt(id.substring(1)))));
        return positions;
    }
}
