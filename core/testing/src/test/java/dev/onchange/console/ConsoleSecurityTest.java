package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.Retry;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnChangeTest
class ConsoleSecurityTest {

    private static final String PASSWORD = "open-sesame";

    @Inject
    Listening listening;

    @Inject
    MongoDatabase database;

    private final Console console = Console.on(0);

    private ConsoleClient client;

    @BeforeEach
    void start() {
        client = ConsoleClient.ofStarted(listening, console, new Leaking());
    }

    @Test
    void a_console_that_others_reach_needs_an_access() {
        for (Console open : List.of(Console.on(0).address("0.0.0.0"), Console.embedded())) {
            assertThatThrownBy(
                            () -> listening.builder(new Leaking()).console(open).start())
                    .isInstanceOf(OnChangeException.class)
                    .hasMessageContaining("ONC-1801");
        }
    }

    @Test
    void a_port_that_is_taken_is_refused_and_nothing_is_left_open() {
        Console second = Console.on(console.url().getPort());

        assertThatThrownBy(
                        () -> listening.builder(new Leaking()).console(second).start())
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1802");
    }

    @Test
    void without_the_token_nothing_is_shown() {
        assertThat(client.send(client.request("")).statusCode()).isEqualTo(401);
        assertThat(client.send(client.request("api/overview")).statusCode()).isEqualTo(401);
        assertThat(client.send(client.request("?token=" + "0".repeat(64))).statusCode())
                .isEqualTo(401);
        assertThat(client.send(client.request("api/overview").header("Cookie", "onchange-console-1=" + client.token()))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void the_token_logs_a_browser_in_by_a_cookie_that_scripts_and_other_sites_do_not_see() {
        HttpResponse<String> loggedIn = client.send(client.request("?token=" + client.token()));

        assertThat(loggedIn.statusCode()).isEqualTo(303);
        String cookie = loggedIn.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict").doesNotContain(client.token(), "Path=");
        HttpRequest.Builder looking =
                client.request("api/session").header("Cookie", cookie.substring(0, cookie.indexOf(';')));
        assertThat(client.send(looking).statusCode()).isEqualTo(200);
    }

    @Test
    void a_request_for_another_host_is_refused() throws IOException {
        // Whether the JDK's client sends another Host is decided once for the process, by the first test that loads it.
        String request = "GET /api/session HTTP/1.1\r\nHost: evil.example:"
                + console.url().getPort() + "\r\nAuthorization: Bearer " + client.token()
                + "\r\nConnection: close\r\n\r\n";

        assertThat(raw(request)).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void what_changes_something_comes_from_the_consoles_own_page() {
        assertThat(acting("Origin", "http://evil.example")).isEqualTo(403);
        assertThat(acting("Origin", "http://127.0.0.1:1")).isEqualTo(403);
        assertThat(acting("Origin", "null")).isEqualTo(403);
        assertThat(acting("Sec-Fetch-Site", "cross-site")).isEqualTo(403);
        assertThat(acting("Sec-Fetch-Site", "same-site")).isEqualTo(403);
        assertThat(acting("X-Other", "no origin at all")).isEqualTo(403);
        assertThat(client.tryPost("api/handlers/leaking/pause", "{}").statusCode())
                .isEqualTo(200);
    }

    @Test
    void pages_of_other_sites_cannot_let_a_browser_ask() {
        for (String site : List.of("cross-site", "same-site", "elsewhere")) {
            assertThat(client.status(askingFor("api/tail", site))).as(site).isEqualTo(403);
        }
        for (String site : List.of("same-origin", "none")) {
            assertThat(client.status(askingFor("api/session", site))).as(site).isEqualTo(200);
        }
    }

    private HttpRequest.Builder askingFor(String path, String site) {
        return client.request(path)
                .header("Authorization", "Bearer " + client.token())
                .header("Sec-Fetch-Site", site);
    }

    @Test
    void what_changes_something_is_json_and_has_the_csrf_header() {
        for (String type : List.of("text/plain", "application/json-seq", "application/jsonp;application/json")) {
            HttpRequest.Builder form = client.request("api/handlers/leaking/pause")
                    .header("Authorization", "Bearer " + client.token())
                    .header("Content-Type", type)
                    .header("Origin", client.origin())
                    .header("X-OnChange-CSRF", csrf())
                    .POST(BodyPublishers.ofString("{}"));
            assertThat(client.send(form).statusCode()).as(type).isEqualTo(415);
        }
        HttpRequest.Builder withoutHeader = client.request("api/handlers/leaking/pause")
                .header("Authorization", "Bearer " + client.token())
                .header("Content-Type", "application/json")
                .header("Origin", client.origin())
                .POST(BodyPublishers.ofString("{}"));

        assertThat(client.send(withoutHeader).statusCode()).isEqualTo(403);
    }

    @Test
    void a_page_by_a_name_that_was_set_is_the_consoles_own_behind_a_proxy_too() {
        Console named = Console.on(0).allowedHosts("console.shop.example");
        listening.start(listening.builder(new Leaking()).console(named));
        client = new ConsoleClient(named);

        assertThat(acting("Origin", "https://console.shop.example")).isEqualTo(200);
        assertThat(acting("Origin", "https://console.shop.example.evil.example"))
                .isEqualTo(403);
        assertThat(acting("Origin", "https://evil.example")).isEqualTo(403);
    }

    @Test
    void what_is_nested_deeply_is_refused() {
        String deep = "{a: ".repeat(20_000) + "1" + "}".repeat(20_000);

        assertThat(client.tryPost("api/letters/replay", deep).statusCode()).isEqualTo(400);
        assertThat(client.tryPost("api/tail/check", "{match: '" + "{$nor: [".repeat(6_000) + "'}")
                        .statusCode())
                .isEqualTo(422);
        assertThat(client.tryGet("api/letters?document=" + "%5B".repeat(20_000)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void what_is_out_of_range_or_no_name_is_refused_with_the_reason() {
        for (String path : List.of(
                "api/letters?from=%2B1000000000-12-31T23:59:59Z",
                "api/letters?to=-1000000000-01-01T00:00:00Z",
                "api/handlers/leaking/rewind?time=1900-01-01T00:00:00Z",
                "api/tail?database=a.b")) {
            HttpResponse<String> refused = client.tryGet(path);
            assertThat(refused.statusCode()).as(path).isEqualTo(400);
            assertThat(refused.body()).as(path).contains("BAD_REQUEST");
        }
        assertThat(client.tryPost("api/handlers/leaking/rewind", "{time: '9000-01-01T00:00:00Z'}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void letters_are_not_found_by_patterns_of_ids_that_may_be_hidden() {
        for (String pattern : List.of("/^a/", "{\"_id\": /^a/}", "{\"$gt\": \"\"}", "{\"_id\": {\"$gt\": \"\"}}")) {
            String query = "api/letters?document=" + URLEncoder.encode(pattern, StandardCharsets.UTF_8);
            assertThat(client.tryGet(query).statusCode()).as(pattern).isEqualTo(400);
        }
    }

    @Test
    void typed_filters_run_no_code() {
        String function = "{$expr: {$and: [{$function: {body: 'return true', args: [], lang: 'js'}}]}}";
        String body = "{match: \"" + function + "\"}";

        assertThat(client.tryPost("api/tail/check", body).body()).contains("$function", "runs code");
        assertThat(client.tryGet("api/tail?match=" + URLEncoder.encode(function, StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(422);
        assertThat(client.tryPost("api/handlers/leaking/snapshot", "{filters: [\"" + function + "\"]}")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void whoever_may_only_look_cannot_find_out_masked_values_by_filters() {
        Console reading = Console.on(0).access(request -> Access.Level.READ);
        listening.start(listening.builder(new Leaking()).console(reading));
        client = new ConsoleClient(reading, "");

        String trying = "api/tail?match=%7B%22fullDocument.card%22%3A%20%22x%22%7D";

        assertThat(client.status(client.request(trying))).isEqualTo(403);
        assertThat(client.tryGet(trying).body()).contains("OPERATE");
        client.events("api/tail").close();
    }

    @Test
    void whoever_may_only_look_cannot_guess_redacted_ids() {
        Console reading = Console.on(0).redact("_id").access(request -> Access.Level.READ);
        listening.start(listening.builder(new Leaking()).console(reading));
        client = new ConsoleClient(reading, "");

        assertThat(client.tryGet("api/letters?document=ada").statusCode()).isEqualTo(403);
        assertThat(client.tryGet("api/letters").statusCode()).isEqualTo(200);
    }

    @Test
    void the_journal_says_which_filters_were_tried() {
        client.events("api/tail?match=%7B%22fullDocument.card%22%3A%20%22x%22%7D")
                .close();

        assertThat(client.tryGet("api/journal").body()).contains("fullDocument.card");
    }

    @Test
    void what_is_too_large_is_refused() {
        assertThat(client.tryPost("api/tail/check", "{match: '" + " ".repeat(200_000) + "'}")
                        .statusCode())
                .isEqualTo(413);
        assertThat(client.tryPost("api/tail/check", "{match: '{a: \\'" + "x".repeat(66_000) + "\\'}'}")
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void a_request_that_does_not_end_is_given_up() throws IOException {
        JdkDoor door = JdkDoor.open("127.0.0.1", 0, "", request -> ConsoleReply.text(200, ""), Duration.ofMillis(200));
        try (Socket slow = halfSent(door)) {
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
        } finally {
            door.close();
        }
    }

    @Test
    void of_many_requests_that_do_not_end_the_last_are_given_up_sooner() throws IOException {
        JdkDoor door = JdkDoor.open("127.0.0.1", 0, "", request -> ConsoleReply.text(200, ""), Duration.ofSeconds(20));
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                slow.add(halfSent(door));
            }

            assertThat(slow.get(19).getInputStream().read()).isEqualTo(-1);
            slow.get(0).setSoTimeout(1);
            assertThatThrownBy(slow.get(0).getInputStream()::read).isInstanceOf(SocketTimeoutException.class);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
            door.close();
        }
    }

    private static Socket halfSent(JdkDoor door) throws IOException {
        Socket socket = new Socket("127.0.0.1", door.port());
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void no_body_has_a_connection_string_or_the_token() {
        listening.run(database.getCollection("stock").insertOne(new Document("_id", 1).append("card", PASSWORD)));
        listening.awaitIdle();
        String letter = client.get("api/letters")
                .getArray("letters")
                .get(0)
                .asDocument()
                .getString("id")
                .getValue();

        for (String path : List.of(
                "api/session",
                "api/overview",
                "api/plan",
                "api/handlers",
                "api/handlers/leaking",
                "api/letters",
                "api/letters/" + letter,
                "api/cluster",
                "api/journal",
                "index.html")) {
            assertThat(client.tryGet(path).body()).as(path).doesNotContain(PASSWORD, client.token(), "mongodb://");
        }
        assertThat(client.get("api/letters/" + letter).getString("stack").getValue())
                .contains("[connection string removed]");
    }

    @Test
    void ids_that_are_redacted_are_shown_nowhere_nor_what_has_them_within() {
        Console hiding = Console.on(0).redact("_id");
        listening.start(listening.builder(new Leaking()).console(hiding));
        client = new ConsoleClient(hiding);
        String id = "ada@shop.example";
        listening.run(database.getCollection("stock").insertOne(new Document("_id", id)));
        listening.run(database.getCollection("stock").insertOne(new Document("_id", "bob")));
        listening.awaitIdle();

        BsonDocument page = client.get("api/letters?limit=1");
        String letter =
                page.getArray("letters").get(0).asDocument().getString("id").getValue();
        assertThat(client.get("api/letters?limit=1&after="
                                + page.getString("next").getValue())
                        .getArray("letters"))
                .hasSize(1);
        String hex = HexFormat.of().formatHex(id.getBytes(StandardCharsets.UTF_8));
        for (String path : List.of(
                "api/overview",
                "api/handlers/leaking",
                "api/letters",
                "api/letters?limit=1",
                "api/letters/" + letter,
                "api/journal")) {
            assertThat(client.tryGet(path).body()).as(path).doesNotContain(id).doesNotContainIgnoringCase(hex);
        }
        try (ConsoleEvents tail = client.events("api/tail?database=" + database.getName())) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !tail.named("change").isEmpty());
            assertThat(tail.named("change").toString()).doesNotContain(id).doesNotContainIgnoringCase(hex);
        }
    }

    @Test
    void a_change_that_is_overdue_is_told_without_what_is_redacted() {
        Console hiding = Console.on(0).redact("_id");
        CountDownLatch waiting = new CountDownLatch(1);
        listening.start(listening
                .builder()
                .inFlightLimit(Duration.ofMillis(50))
                .console(hiding)
                .on("stock")
                .id("slow")
                .handle(change -> {
                    waiting.await(1, TimeUnit.MINUTES);
                }));
        client = new ConsoleClient(hiding);
        String id = "ada@shop.example";
        listening.run(database.getCollection("stock").insertOne(new Document("_id", id)));

        String hex = HexFormat.of().formatHex(id.getBytes(StandardCharsets.UTF_8));
        for (String path : List.of("api/overview", "api/handlers/slow")) {
            String told = await().atMost(Duration.ofSeconds(60))
                    .until(() -> client.tryGet(path).body(), body -> body.contains("in flight for"));
            assertThat(told).as(path).contains("<redacted>").doesNotContain(id).doesNotContainIgnoringCase(hex);
        }
        waiting.countDown();
    }

    @Test
    void methods_that_there_are_not_are_refused_with_those_that_there_are() throws IOException {
        for (String method : List.of("HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "BREW")) {
            String answer = raw(method + " /api/overview HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + client.token() + "\r\nConnection: close\r\n\r\n");

            assertThat(answer).as(method).startsWith("HTTP/1.1 405 ").contains("Allow: GET, POST");
            assertThat(answer.endsWith("\r\n\r\n")).as(method + " has no body").isEqualTo(method.equals("HEAD"));
        }
    }

    /** What is answered to a request, which closes the connection. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", console.url().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void every_answer_says_what_browsers_may_do_with_it() {
        for (String path : List.of("api/session", "index.html", "none.html", "api/none")) {
            HttpResponse<String> answer = client.tryGet(path);

            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'self'", "frame-ancestors 'none'");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        }
    }

    @Test
    void files_outside_of_the_pages_are_not_served() {
        for (String path :
                List.of("..%2fConsole.class", "%2e%2e/Console.class", "vendor/", "//etc/passwd", ".hidden.js")) {
            assertThat(client.tryGet(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void a_path_of_many_folders_is_answered() throws IOException {
        String deep = "GET /" + "a/".repeat(20_000) + "x.js HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + client.token() + "\r\nConnection: close\r\n\r\n";

        assertThat(raw(deep)).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void the_journal_keeps_of_what_was_sent_no_more_than_can_be_read() {
        String handler = "h".repeat(50_000);
        client.post("api/letters/replay", "{filter: {handler: '" + handler + "'}}");
        client.post(
                "api/handlers/leaking/snapshot", "{filters: [\"{'fullDocument.a': '" + "x".repeat(50_000) + "'}\"]}");

        String journal = client.tryGet("api/journal").body();
        assertThat(journal).contains("replay", "snapshot").hasSizeLessThan(20_000);
    }

    @Test
    void a_page_that_has_not_changed_is_not_sent_again() {
        String tag = client.tryGet("index.html").headers().firstValue("ETag").orElseThrow();

        HttpRequest.Builder again = client.request("index.html")
                .header("Authorization", "Bearer " + client.token())
                .header("If-None-Match", tag);
        assertThat(client.send(again).statusCode()).isEqualTo(304);
    }

    private int acting(String header, String value) {
        return client.send(client.request("api/handlers/leaking/pause")
                        .header("Authorization", "Bearer " + client.token())
                        .header("Content-Type", "application/json")
                        .header(header, value)
                        .header("X-OnChange-CSRF", csrf())
                        .POST(BodyPublishers.ofString("{}")))
                .statusCode();
    }

    private String csrf() {
        BsonDocument session = client.get("api/session");
        return session.getString("csrf").getValue();
    }

    static final class Leaking {

        @OnChange(id = "leaking", collection = "stock", retry = @Retry(attempts = 1))
        void changed(Document stock) {
            throw new IllegalStateException("cannot reach mongodb://shop:" + PASSWORD + "@db.internal/shop?ssl=true");
        }
    }
}
