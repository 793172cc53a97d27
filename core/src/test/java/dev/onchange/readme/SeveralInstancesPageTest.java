package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.ChangeListeners;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class SeveralInstancesPageTest {

    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "instances_" + Long.toHexString(System.nanoTime());

    /** As the page shows it. */
    static ChangeListeners started(String uri) {
        ChangeListeners listeners = ChangeListeners.builder(uri)
                .instance("${HOSTNAME}")
                .cluster(Cluster.usual().withLease(Duration.ofSeconds(6)))
                .scan("com.acme")
                .start();
        return listeners;
    }

    private ChangeListeners start(Cluster cluster) {
        return ChangeListeners.builder(uri)
                .database(database)
                .stateDatabase(database + "_state")
                .cluster(cluster)
                .handlers(new Stock())
                .start();
    }

    @Test
    void an_instance_that_is_to_be_alone_is_refused_beside_another_one() {
        try (ChangeListeners first = start(Cluster.usual())) {
            assertThatThrownBy(() -> start(Cluster.alone()))
                    .isInstanceOfSatisfying(OnChangeException.class, refused -> {
                        assertThat(refused.problems().get(0).code()).isEqualTo(ProblemCode.NOT_ALONE);
                        assertThat(refused.getMessage())
                                .contains("process " + ProcessHandle.current().pid());
                    });
            assertThat(first.status().healthy()).isTrue();
        }
        start(Cluster.alone()).close();
    }

    @Test
    void instances_in_standby_wait_for_the_one_that_works() {
        try (ChangeListeners first = start(Cluster.standby());
                ChangeListeners second = start(Cluster.standby())) {
            assertThat(first.status().handler("stock").phase()).hasToString("LISTENING");
            assertThat(second.status().handler("stock").phase()).hasToString("ELSEWHERE");
        }
    }

    static final class Stock {

        @OnChange(id = "stock", collection = "stock")
        void changed(Document item) {}
    }
}
