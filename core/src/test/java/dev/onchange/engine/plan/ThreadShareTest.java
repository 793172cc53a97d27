package dev.onchange.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ThreadShareTest {

    @Test
    void where_there_are_threads_for_all_each_handler_has_what_it_wants() {
        assertThat(shares(40, Map.of(32, 1, 8, 1))).isEqualTo(Map.of(32, 32, 8, 8));
        assertThat(shares(Integer.MAX_VALUE, Map.of(1_000, 10_000))).isEqualTo(Map.of(1_000, 1_000));
    }

    @Test
    void a_handler_that_wants_all_threads_leaves_one_to_each_other() {
        assertThat(shares(20, Map.of(32, 1, 1, 3))).isEqualTo(Map.of(32, 17, 1, 1));
    }

    @Test
    void those_that_want_most_share_evenly_what_the_modest_leave() {
        assertThat(shares(20, Map.of(32, 2, 4, 1))).isEqualTo(Map.of(32, 8, 4, 4));
    }

    @Test
    void where_there_are_more_handlers_than_threads_half_of_these_are_for_more_than_one() {
        assertThat(shares(8, Map.of(8, 1, 1, 20))).isEqualTo(Map.of(8, 5, 1, 1));
        assertThat(shares(2, Map.of(8, 10))).isEqualTo(Map.of(8, 1));
    }

    /** What a handler may hold, by what it wants. */
    private static Map<Integer, Integer> shares(int threads, Map<Integer, Integer> handlers) {
        int further = ThreadShare.further(threads, new TreeMap<>(handlers));
        Map<Integer, Integer> shares = new TreeMap<>();
        handlers.keySet().forEach(wanted -> shares.put(wanted, ThreadShare.of(wanted, further)));
        return shares;
    }
}
