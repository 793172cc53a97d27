package dev.onchange.localmongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class ForegroundServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path kept;

    private final int port = new FreePorts(RandomGenerator.getDefault()).next();

    @Test
    void the_command_says_where_the_server_listens_and_the_server_ends_with_it() throws IOException {
        Process command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LocalMongo.class.getName(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String address = "mongodb://127.0.0.1:" + port + "/?replicaSet=rs0";
        try (BufferedReader printed = command.inputReader();
                MongoClient client = MongoClients.create(address)) {
            assertThat(printed.lines()
                            .filter(line -> line.startsWith("MongoDB"))
                            .findFirst())
                    .hasValueSatisfying(line -> assertThat(line).endsWith("listens at " + address));
            Document pong = Mono.from(client.getDatabase("admin").runCommand(new Document("ping", 1)))
                    .block(PATIENCE);
            assertThat(pong).containsEntry("ok", 1.0);
        } finally {
            command.destroy();
        }
        await().atMost(PATIENCE).until(() -> !listens());
    }

    @Test
    void a_port_that_is_taken_is_named() throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> LocalMongo.main(new String[] {Integer.toString(taken.getLocalPort())}))
                    .isInstanceOf(LocalMongoException.class)
                    .hasMessageContaining("ONC-1902")
                    .hasMessageContaining("Another process listens on port " + port);
        }
    }

    @Test
    void what_is_no_port_is_refused() {
        for (String none : List.of("0", "65536", "localhost")) {
            assertThatThrownBy(() -> LocalMongo.main(new String[] {none}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(none);
        }
    }

    @Test
    void data_that_was_written_at_another_port_is_left_alone() throws IOException {
        Path ports = Files.writeString(kept.resolve("ports"), "20001");

        assertThatThrownBy(() -> LocalMongo.main(new String[] {Integer.toString(port), kept.toString()}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds the data of a server on port 20001");
        assertThat(ports).hasContent("20001");
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
