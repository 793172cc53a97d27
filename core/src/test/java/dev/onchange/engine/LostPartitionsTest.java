package dev.onchange.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LostPartitionsTest {

    private final EngineState state = new EngineState(null);

    LostPartitionsTest() {
        state.setOwned(owned -> OwnedPartitions.none().with(Map.of("a", 5L, "b", 5L)));
    }

    @Test
    void what_is_lost_does_not_come_back_when_a_change_that_was_under_way_is_undone() {
        state.lose(Map.of("a", 5L));

        state.setOwned(owned -> owned.with(Map.of("a", 5L)));

        assertThat(state.owned().has("a")).isFalse();
        assertThat(state.owned().has("b")).isTrue();
    }

    @Test
    void what_is_lost_before_it_has_come_does_not_come() {
        state.lose(Map.of("c", 7L));

        state.setOwned(owned -> owned.with(Map.of("c", 7L)));

        assertThat(state.owned().has("c")).isFalse();
    }

    @Test
    void what_is_lost_can_come_again_with_a_later_term() {
        state.lose(Map.of("a", 5L));

        state.setOwned(owned -> owned.with(Map.of("a", 6L)));
        state.lose(Map.of("a", 5L));

        assertThat(state.owned().has("a")).isTrue();
        assertThat(state.owned().term("a")).isEqualTo(6);
        state.setOwned(owned -> owned.without(List.of("a")));
        assertThat(state.owned().has("a")).isFalse();
    }
}
