package dev.onchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users hand to a builder. */
class GivenArgumentsTest {

    private final ChangeListenersBuilder builder = ChangeListeners.builder("mongodb://127.0.0.1:1/shop");

    @Test
    @SuppressWarnings("NullAway") // as those may who compile without it
    void null_among_several_is_told_by_the_name_of_the_argument() {
        assertThatNullPointerException()
                .isThrownBy(() -> builder.scan((String) null))
                .withMessage("packages");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.types((Class<?>[]) null))
                .withMessage("types");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.on("items").operation((String) null))
                .withMessage("operation");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.on("items").pipeline((String[]) null))
                .withMessage("pipeline");
        assertThatThrownBy(() -> builder.handlers((Object[]) null)).hasMessageContaining("ONC-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a$b", "a.b", "a\0b", "${state.database}", "admin", "config", "local"})
    void a_state_database_that_cannot_be_is_told_at_once(String name) {
        assertThatThrownBy(() -> builder.stateDatabase(name))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("stateDatabase(…)")
                .hasMessageContaining(name);
    }

    @Test
    void a_time_without_end_can_be_counted() {
        Duration endless = ChronoUnit.FOREVER.getDuration();

        assertThat(GivenArguments.positive("handlerTimeout", endless).toNanos()).isPositive();
        assertThat(GivenArguments.notNegative("stopTimeout", Duration.ofHours(1)))
                .isEqualTo(Duration.ofHours(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.answerTimeout(endless))
                .withMessageContaining("answerTimeout must not be longer than a day");
    }
}
