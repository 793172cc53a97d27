package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoTimeoutException;
import dev.onchange.console.Access.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ApiRoutesTest {

    private final ApiRoutes routes = new ApiRoutes()
            .get("letters", call -> {
                throw new MongoTimeoutException(
                        "Timed out while waiting for a server" + " and its state".repeat(1_000));
            })
            .get("count", call -> {
                StoreAnswer.of(Mono.never(), Duration.ofMillis(1));
                throw new AssertionError("it cannot come");
            })
            .get("handlers/{id}", call -> ConsoleReply.json(200, call.variable("id")))
            .act("letters", call -> ConsoleReply.json(200, "{}"));

    @Test
    void a_database_that_is_away_is_said_to_be_away_and_not_a_failure_of_the_console() {
        for (String path : new String[] {"letters", "count"}) {
            ConsoleReply reply = answer("GET", path);

            assertThat(reply.status()).isEqualTo(503);
            assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                    .contains("NO_ANSWER", "MongoDB does not answer")
                    .hasSizeLessThan(1_000);
        }
    }

    @Test
    void another_method_is_refused_with_those_that_there_are() {
        ConsoleReply reply = answer("PATCH", "letters");

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.headers()).containsEntry("Allow", "GET, POST");
    }

    @Test
    void an_id_with_what_servers_refuse_in_paths_is_written_with_tildes() {
        assertThat(answer("GET", "handlers/~stock~2Flow~7E+").body())
                .isEqualTo("stock/low~+".getBytes(StandardCharsets.UTF_8));
        assertThat(answer("GET", "handlers/stock%2Flow~").body())
                .isEqualTo("stock/low~".getBytes(StandardCharsets.UTF_8));
        assertThat(answer("GET", "handlers/~stock~2").status()).isEqualTo(400);
    }

    private ConsoleReply answer(String method, String path) {
        ConsoleRequest request =
                new ConsoleRequest(method, "api/" + path, Map.of(), Map.of(), new byte[0], null, role -> false);
        return routes.answer(request, path, Level.OPERATE, "somebody");
    }
}
