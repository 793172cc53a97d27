package dev.onchange.localmongo.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.localmongo.LocalMongo;
import org.junit.jupiter.api.Test;

class VersionTest {

    @Test
    void versions_compare_by_their_numbers() {
        assertThat(Version.parse("6.0.27"))
                .isGreaterThan(Version.parse("6.0.9"))
                .isLessThan(Version.parse("10.0"));
        assertThat(Version.parse("6.0")).isEqualTo(Version.parse("6.0.0"));
    }

    @Test
    void what_follows_the_numbers_does_not_count() {
        assertThat(Version.parse("8.0.0-rc7")).hasToString("8.0.0");
    }

    @Test
    void what_is_no_version_is_refused() {
        assertThatThrownBy(() -> LocalMongo.builder().atLeast("latest"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'latest'");
    }
}
