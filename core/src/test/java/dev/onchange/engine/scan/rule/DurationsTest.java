package dev.onchange.engine.scan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "100ms, PT0.1S",
        "2s, PT2S",
        "5m, PT5M",
        "1h, PT1H",
        "2d, P2D",
        "0ms, PT0S",
        "' 10 s ', PT10S",
        "PT1.5S, PT1.5S",
        "P1D, P1D"
    })
    void a_duration_is_read_in_short_and_in_iso_form(String text, Duration expected) {
        Duration duration = Durations.parse(text);

        assertThat(duration).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                "10",
                "-1s",
                "1.5s",
                "10 parsecs",
                "5M",
                "PT-1S",
                "99999999999d",
                "999999999999999999999s"
            })
    void a_text_that_is_no_duration_is_refused_with_a_reason(String text) {
        assertThat(Durations.fault(text)).isPresent().get().asString().isNotBlank();
    }
}
