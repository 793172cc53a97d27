package dev.onchange.engine.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Random random = new Random(1);

    @Test
    void waits_double_up_to_the_longest() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(1), 0);

        assertThat(backoff.delayAfter(1, random)).hasMillis(100);
        assertThat(backoff.delayAfter(2, random)).hasMillis(200);
        assertThat(backoff.delayAfter(4, random)).hasMillis(800);
        assertThat(backoff.delayAfter(5, random)).hasMillis(1000);
        assertThat(backoff.delayAfter(Integer.MAX_VALUE, random)).hasMillis(1000);
    }

    @Test
    void jitter_varies_a_wait_by_its_part_at_most() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(1), 0.5);

        for (int i = 0; i < 1000; i++) {
            assertThat(backoff.delayAfter(1, random)).isBetween(Duration.ofMillis(500), Duration.ofMillis(1500));
        }
    }

    @Test
    void waits_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> new Backoff(Duration.ofMillis(-1), 2, Duration.ofSeconds(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), 2, Duration.ofSeconds(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(1), 1.5))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
