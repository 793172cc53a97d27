package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.status.ClusterStatus;
import dev.onchange.status.HandlerHealth;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.PositionsStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {

    private final PayloadMask mask = new PayloadMask(PayloadView.MASKED, List.of());

    @Test
    void that_the_state_database_is_not_heard_is_told_as_health_tells_it() {
        ListenersStatus well =
                new ListenersStatus(List.of(), List.of(), new PositionsStatus(PositionsStatus.Phase.SAVED, null));
        ListenersStatus unheard = well.withCluster(new ClusterStatus(List.of(), List.of(), false));

        assertThat(Problems.of(well, mask)).isEmpty();
        assertThat(unheard.health()).isEqualTo(HandlerHealth.Level.DEGRADED);
        assertThat(Problems.of(unheard, mask))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.text()).contains("state database", "no call begins", "\"handler\": false"));
    }
}
