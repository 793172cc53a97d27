package dev.onchange.localmongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.localmongo.LocalMongoException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalMongoKeptDataTest {

    @TempDir
    Path temporary;

    @TempDir
    Path kept;

    @Test
    void a_later_server_of_the_same_folder_has_the_data_and_the_address() {
        String address;
        try (LocalMongo first = server()) {
            address = first.connectionString();
            insert(first);
        }

        try (LocalMongo second = server()) {
            assertThat(second.connectionString()).isEqualTo(address);
            assertThat(count(second)).isEqualTo(1);
        }
    }

    @Test
    void the_data_is_still_there_after_the_program_was_killed() throws Exception {
        try (LocalMongo before = server()) {
            insert(before);
        }

        try (Program program = Program.start(temporary, kept.toString())) {
            program.kill();
            try (LocalMongo after = server()) {
                assertThat(count(after)).isEqualTo(1);
            }
        }
    }

    @Test
    void one_server_at_a_time_uses_a_folder() throws Exception {
        try (LocalMongo first = server()) {
            assertThatThrownBy(this::server)
                    .isInstanceOfSatisfying(
                            LocalMongoException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.FAILED))
                    .hasMessageContaining("another server uses this folder now");
            assertThat(first.primary().running()).isTrue();
        }
        try (Program program = Program.start(temporary, kept.toString())) {
            assertThatThrownBy(this::server).hasMessageContaining("another server uses this folder now");
            assertThat(program.serverListens()).isTrue();
        }
    }

    @Test
    void data_of_another_number_of_nodes_is_refused_and_left_alone() throws Exception {
        Path ports = Files.writeString(kept.resolve("ports"), "20001,20002");

        assertThatThrownBy(this::server)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds the data of 2 nodes, not of 1");

        assertThat(ports).hasContent("20001,20002");
    }

    private LocalMongo server() {
        return LocalMongo.builder().keepDataIn(kept).start();
    }

    private static void insert(LocalMongo mongo) {
        mongo.admin(new Document("insert", "things").append("documents", List.of(new Document("text", "kept"))));
    }

    private static int count(LocalMongo mongo) {
        return mongo.admin(new Document("count", "things")).getInteger("n");
    }
}
