package dev.onchange.localmongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.localmongo.LocalMongoException.Reason;
import dev.onchange.localmongo.binary.BinarySearch;
import dev.onchange.localmongo.binary.Machine;
import dev.onchange.localmongo.binary.MongodBinary;
import dev.onchange.localmongo.binary.MongodLibraries;
import dev.onchange.localmongo.binary.Version;
import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenServerTest {

    @TempDir
    Path folder;

    @Test
    void a_replica_set_that_is_named_is_used_and_left_running() {
        LocalMongo running = LocalMongo.shared();

        LocalMongo given = LocalMongo.builder().start(naming(running.connectionString()));
        Document answer = given.admin(new Document("ping", 1));
        given.close();

        assertThat(answer).containsEntry("ok", 1.0);
        assertThat(given.origin()).isEqualTo(ServerOrigin.MONGODB_URI);
        assertThat(given.nodes()).isEmpty();
        assertThat(running.admin(new Document("ping", 1))).containsEntry("ok", 1.0);
    }

    @Test
    void a_standalone_server_is_refused() throws Exception {
        int port = new FreePorts(RandomGenerator.getDefault()).next();
        MongodBinary binary = BinarySearch.on(Machine.current()).find(Version.ANY);
        ProcessBuilder command = new ProcessBuilder(
                binary.executable().toString(),
                "--port",
                Integer.toString(port),
                "--bind_ip",
                "127.0.0.1",
                "--dbpath",
                folder.toString(),
                "--nounixsocket");
        MongodLibraries.addTo(command, binary.executable());
        try (ServerFolder guarded = ServerFolder.temporary(folder)) {
            MongodProcess standalone = MongodProcess.launch(command, folder, guarded, Machine.current());
            standalone.awaitReady();

            assertThatThrownBy(() -> LocalMongo.builder().start(naming("mongodb://127.0.0.1:" + port)))
                    .isInstanceOfSatisfying(
                            LocalMongoException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(Reason.UNSUITABLE))
                    .hasMessageContaining("standalone");

            standalone.kill();
        }
    }

    @Test
    void a_server_that_cannot_be_reached_is_one_clear_error() {
        String nobody = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200";

        assertThatThrownBy(() -> LocalMongo.builder().start(naming(nobody)))
                .isInstanceOfSatisfying(
                        LocalMongoException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void a_string_that_cannot_be_read_is_told_without_its_password() {
        assertThatThrownBy(() -> GivenServer.at("mongodb://clerk:ЖЩ%Я@host/"))
                .hasMessageContaining("ONC-1209 MONGODB_URI")
                .hasMessageNotContaining("Я")
                .hasNoCause();
    }

    @Test
    void who_asks_for_a_process_of_their_own_gets_it_although_a_server_is_named() {
        LocalMongo running = LocalMongo.shared();
        Machine machine = naming(running.connectionString());

        try (LocalMongo own = LocalMongo.builder().ownProcess().start(machine)) {
            assertThat(own.origin()).isNotEqualTo(ServerOrigin.MONGODB_URI);
            assertThat(own.connectionString()).isNotEqualTo(running.connectionString());
        }
    }

    /** This machine, but with a server named. */
    private static Machine naming(String uri) {
        Machine here = Machine.current();
        Map<String, String> environment = new java.util.HashMap<>(here.environment());
        environment.put("MONGODB_URI", uri);
        return new Machine(environment, here.os(), here.architecture(), here.user(), here.home(), here.temporary());
    }
}
