package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class ServerAnswersTest {

    @Test
    void a_server_that_stands_still_is_silent_for_longer_and_longer() throws IOException {
        // Connections are opened by the system; nobody answers them.
        try (ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                MongoClient client = MongoClients.create(
                        "mongodb://127.0.0.1:" + frozen.getLocalPort() + "/?directConnection=true")) {
            ServerAnswers answers =
                    new ServerAnswers(client, Clock.systemUTC(), Schedulers.parallel(), Duration.ofMillis(50));

            assertThat(answers.silence()
                            .takeUntil(silence -> silence.toMillis() > 200)
                            .blockLast(Duration.ofMinutes(1)))
                    .isGreaterThan(Duration.ofMillis(200));
        }
    }
}
