package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.status.HandlerHealth;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.PositionsStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HandlerHistoryTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    private final HandlerHistory history = new HandlerHistory();

    @Test
    void while_nobody_looks_a_sixth_of_the_points_is_read() {
        assertThat(pointsOf(Duration.ofMinutes(10), Instant.EPOCH)).isEqualTo(20);
    }

    @Test
    void from_a_look_on_each_point_is_read_until_a_minute_has_passed() {
        history.add(START, status(0, "low"));

        assertThat(history.isDue(START.plusSeconds(5), START.plusSeconds(1))).isTrue();
        assertThat(history.isDue(START.plusSeconds(5), START.minusSeconds(60))).isFalse();
    }

    @Test
    void the_curves_show_a_quarter_of_an_hour_however_many_points_there_are() {
        pointsOf(Duration.ofHours(1), Instant.EPOCH);

        assertThat(history.points("low")).hasSize(31);
        assertThat(history.rate("low")).isEqualTo(2);
    }

    @Test
    void a_handler_that_is_gone_leaves_no_curve_and_another_one_begins_its_own() {
        history.add(START, status(0, "low"));
        history.add(START.plusSeconds(5), status(10, "high"));
        history.add(START.plusSeconds(10), status(20, "high"));

        assertThat(history.points("low")).isEmpty();
        assertThat(history.points("high")).hasSize(2);
        assertThat(history.rate("high")).isEqualTo(2);
    }

    /** How many are read in a time, at two changes a second. */
    private int pointsOf(Duration time, Instant lookedAt) {
        int points = 0;
        for (long seconds = 0; seconds < time.toSeconds(); seconds += HandlerHistory.INTERVAL.toSeconds()) {
            Instant now = START.plusSeconds(seconds);
            if (history.isDue(now, lookedAt)) {
                history.add(now, status(2 * seconds, "low"));
                points++;
            }
        }
        return points;
    }

    private static ListenersStatus status(long handled, String... ids) {
        return new ListenersStatus(
                List.of(),
                Stream.of(ids).map(id -> handler(id, handled)).toList(),
                new PositionsStatus(PositionsStatus.Phase.SAVED, null));
    }

    private static HandlerStatus handler(String id, long handled) {
        return new HandlerStatus(
                id,
                "shop.stock",
                HandlerStatus.Phase.LISTENING,
                null,
                null,
                null,
                null,
                null,
                handled,
                handled,
                0,
                new HandlerStatus.Counts(handled, 0, 0, 0, 0),
                null,
                0,
                Duration.ZERO,
                null,
                HandlerHealth.WELL);
    }
}
