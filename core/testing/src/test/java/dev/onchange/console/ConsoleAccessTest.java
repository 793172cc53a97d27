package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.OnChange;
import dev.onchange.console.Access.Level;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/** Each call of the API by each level of access, through each door. */
@OnChangeTest
class ConsoleAccessTest {

    private static final String LEVEL = "X-Test-Level";

    private static final Access BY_HEADER = request -> Level.valueOf(request.header(LEVEL));

    private static final List<String> LOOKING = List.of(
            "GET api/session",
            "GET api/overview",
            "GET api/plan",
            "GET api/handlers",
            "GET api/handlers/first",
            "GET api/handlers/first/rewind?time=2026-01-01T00:00:00Z",
            "GET api/letters",
            "GET api/letters/none",
            "GET api/jobs",
            "GET api/jobs/none",
            "GET api/cluster",
            "GET api/journal",
            "POST api/tail/check",
            "POST api/check");

    private static final List<String> ACTING = List.of(
            "POST api/handlers/first/pause",
            "POST api/handlers/first/resume",
            "POST api/handlers/first/rewind",
            "POST api/handlers/first/snapshot",
            "POST api/handlers/first/snapshot/pause",
            "POST api/handlers/first/snapshot/resume",
            "POST api/handlers/first/snapshot/cancel",
            "POST api/letters/replay",
            "POST api/letters/discard",
            "POST api/jobs/none/cancel");

    @Inject
    Listening listening;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void the_jdk_server_lets_each_level_do_what_it_may() {
        Console console = Console.on(0).access(BY_HEADER);
        listening.start(listening.builder(new Handlers()).console(console));

        assertEachLevel("http://" + console.url().getAuthority() + "/");
    }

    @Test
    void a_servlet_lets_each_level_do_what_it_may() {
        Console console = Console.embedded().access(BY_HEADER);
        listening.start(listening.builder(new Handlers()).console(console));

        try (ServletContainer container = new ServletContainer(new ConsoleServlet(console), "/ops/*")) {
            assertEachLevel(container.url() + "/ops/");
        }
    }

    @Test
    void a_servlet_in_an_application_with_a_path_of_its_own_lets_each_level_do_what_it_may() {
        Console console = Console.embedded().access(BY_HEADER);
        listening.start(listening.builder(new Handlers()).console(console));

        try (ServletContainer container =
                new ServletContainer(new ConsoleServlet(console), "/shop", "/ops/onchange/*")) {
            assertEachLevel(container.url() + "/shop/ops/onchange/");
            HttpRequest.Builder withoutSlash =
                    HttpRequest.newBuilder(URI.create(container.url() + "/shop/ops/onchange"));
            assertThat(answer(withoutSlash).headers().firstValue("Location")).hasValue("./onchange/");
        }
    }

    @Test
    void who_has_no_name_and_needs_no_token_is_called_so() {
        Console console = Console.on(0).access(request -> Level.READ);
        ConsoleClient client = ConsoleClient.ofStarted(listening, console, new Handlers());

        try (ConsoleEvents tail = client.events("api/tail?database=shop")) {
            assertThat(client.get("api/journal").getArray("entries"))
                    .map(entry -> entry.asDocument().get("by"))
                    .contains(new BsonString("somebody without a name"));
        }
    }

    @Test
    void the_table_has_every_call_of_the_api() {
        Console console = Console.on(0).access(BY_HEADER);
        listening.start(listening.builder(new Handlers()).console(console));

        // streams of events are opened elsewhere, as they do not end
        assertThat(console.calls()).hasSize(LOOKING.size() + ACTING.size() + 2);
    }

    private void assertEachLevel(String base) {
        for (String call : LOOKING) {
            assertThat(send(base, call, Level.NONE)).as(call).isEqualTo(401);
            assertThat(send(base, call, Level.READ)).as(call).isNotIn(401, 403, 405, 500);
            assertThat(send(base, call, Level.OPERATE)).as(call).isNotIn(401, 403, 405, 500);
        }
        for (String call : ACTING) {
            assertThat(send(base, call, Level.NONE)).as(call).isEqualTo(401);
            assertThat(send(base, call, Level.READ)).as(call).isEqualTo(403);
            assertThat(send(base, call, Level.OPERATE)).as(call).isNotIn(401, 403, 405, 500);
        }
        assertThat(send(base, "GET api/events", Level.NONE)).isEqualTo(401);
        assertThat(send(base, "GET api/tail", Level.NONE)).isEqualTo(401);
        assertThat(send(base, "GET index.html", Level.NONE)).isEqualTo(401);
        assertThat(send(base, "GET index.html", Level.READ)).isEqualTo(200);
        assertThat(send(base, "PUT api/overview", Level.OPERATE)).isEqualTo(405);
    }

    private int send(String base, String call, Level level) {
        String method = call.substring(0, call.indexOf(' '));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + call.substring(method.length() + 1)))
                .header(LEVEL, level.name())
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
        if (!method.equals("GET")) {
            Map.of(
                            "Content-Type", "application/json",
                            "Sec-Fetch-Site", "same-origin",
                            "X-OnChange-CSRF", csrf(base))
                    .forEach(request::header);
        }
        return answer(request).statusCode();
    }

    private String csrf(String base) {
        String session = answer(
                        HttpRequest.newBuilder(URI.create(base + "api/session")).header(LEVEL, Level.READ.name()))
                .body();
        return BsonDocument.parse(session).getString("csrf").getValue();
    }

    private java.net.http.HttpResponse<String> answer(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static final class Handlers {

        @OnChange(id = "first", collection = "stock")
        void changed() {}
    }
}
