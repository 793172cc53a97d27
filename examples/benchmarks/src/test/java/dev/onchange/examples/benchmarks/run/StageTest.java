package dev.onchange.examples.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.onchange.examples.benchmarks.contender.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StageTest {

    @Test
    void what_one_stage_leaves_behind_is_not_in_the_way_of_the_next() {
        String used;
        try (Stage stage = open();
                Backlog backlog = stage.backlog()) {
            backlog.inserts(Task.collection(0), 10, 1);
            used = backlog.database();
            assertThat(databases(stage)).contains(used);
        }

        try (Stage stage = open();
                Backlog backlog = stage.backlog()) {
            // Where a server is given, all stages share it, and the names alone keep them apart.
            assertThat(backlog.database()).isNotEqualTo(used);
            if (System.getenv("MONGODB_URI") == null) {
                assertThat(databases(stage)).doesNotContain(used);
            }
        }
    }

    private static Stage open() {
        return Stage.open(1, 1, List.of());
    }

    private static Set<String> databases(Stage stage) {
        try (MongoClient client = MongoClients.create(stage.uri())) {
            return Set.copyOf(client.listDatabaseNames().into(new ArrayList<>()));
        }
    }
}
