package dev.onchange.listening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Check;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class AvailabilityStartTest {

    @Test
    void a_standalone_is_refused_with_the_command_that_makes_a_replica_set_of_it() {
        try (LocalMongo standalone = LocalMongo.builder().standalone().start();
                Ground ground = new Ground(standalone.connectionString())) {
            ChangeListenersBuilder builder = ground.builder(new Stock());

            OnChangeException refusal = catchThrowableOfType(OnChangeException.class, builder::start);

            assertThat(refusal.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_UNSUITABLE);
                assertThat(problem.what()).contains("standalone");
                assertThat(problem.todo()).contains("mongod --replSet rs0").contains("rs.initiate()");
            });
            assertThat(ground.databases()).doesNotContain(ground.state());
        }
    }

    @Test
    void every_check_of_a_sound_server_passes_and_is_told_with_its_result() {
        try (Ground ground = new Ground();
                ChangeListeners listeners = ground.builder(new Stock()).start()) {
            assertThat(listeners.availability().checks())
                    .extracting(Check::name)
                    .contains("deployment", "server version", "storage engine", "replica set protocol", "majority");
            assertThat(listeners.availability().problems()).isEmpty();
            assertThat(listeners.availability().toString()).contains("OK       deployment: The replica set");
        }
    }

    static final class Stock {

        @OnChange(collection = "stock")
        void changed(ChangeEvent<Document> change) {}
    }
}
