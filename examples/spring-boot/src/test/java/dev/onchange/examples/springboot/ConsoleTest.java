package dev.onchange.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.localmongo.LocalMongo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;

/** The console on the management port, behind Spring Security. */
class ConsoleTest {

    private static final Pattern CSRF = Pattern.compile("\"csrf\": \"(\\w+)\"");

    private final HttpClient http = HttpClient.newHttpClient();

    private static final String DATABASE = "shop_" + Long.toHexString(System.nanoTime());

    private static ConfigurableApplicationContext app;

    @BeforeAll
    static void start() {
        app = ShopApplication.start(
                LocalMongo.shared().connectionString(),
                "onchange.database=" + DATABASE,
                "onchange.state-database=" + DATABASE + "_state",
                "management.server.base-path=/manage");
    }

    @AfterAll
    static void stop() {
        MongoClient client = app.getBean(MongoClient.class);
        Mono.from(client.getDatabase(DATABASE).drop()).block();
        Mono.from(client.getDatabase(DATABASE + "_state").drop()).block();
        app.close();
    }

    @Test
    void everybody_may_do_what_his_role_may() throws IOException, InterruptedException {
        for (String path : List.of("", "app.js", "api/session", "api/overview", "api/handlers", "api/letters")) {
            assertThat(send(get(path))).as(path).isEqualTo(401);
            assertThat(send(as("support", "wrong", get(path)))).as(path).isEqualTo(401);
            assertThat(send(as("cashier", get(path)))).as(path).isEqualTo(401);
            assertThat(send(as("support", get(path)))).as(path).isEqualTo(200);
            assertThat(send(as("operator", get(path)))).as(path).isEqualTo(200);
        }
        for (String path : List.of(
                "api/handlers/none/pause",
                "api/handlers/none/resume",
                "api/handlers/none/rewind",
                "api/handlers/none/snapshot",
                "api/handlers/none/snapshot/cancel",
                "api/letters/replay",
                "api/letters/discard",
                "api/jobs/none/cancel")) {
            assertThat(send(post(path))).as(path).isEqualTo(401);
            assertThat(send(as("support", post(path).header("X-OnChange-CSRF", csrf("support")))))
                    .as(path)
                    .isEqualTo(403);
            assertThat(send(as("operator", post(path).header("X-OnChange-CSRF", csrf("support")))))
                    .as(path + " with what another user was given")
                    .isEqualTo(403);
            assertThat(send(as("operator", post(path).header("X-OnChange-CSRF", csrf("operator")))))
                    .as(path)
                    .isIn(400, 404);
        }
    }

    @Test
    void the_console_is_on_the_management_port_alone() throws IOException, InterruptedException {
        String other = "http://127.0.0.1:" + app.getEnvironment().getProperty("local.server.port");

        assertThat(send(as("operator", HttpRequest.newBuilder(URI.create(other + "/onchange/api/session")))))
                .isNotEqualTo(200);
    }

    private String csrf(String user) throws IOException, InterruptedException {
        Matcher csrf = CSRF.matcher(answer(as(user, get("api/session"))).body());
        assertThat(csrf.find()).isTrue();
        return csrf.group(1);
    }

    private HttpRequest.Builder get(String path) {
        String port = app.getEnvironment().getProperty("local.management.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/manage/onchange/" + path));
    }

    private HttpRequest.Builder post(String path) {
        return get(path)
                .header("Content-Type", "application/json")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString("{}"));
    }

    private static HttpRequest.Builder as(String user, HttpRequest.Builder request) {
        return as(user, user, request);
    }

    private static HttpRequest.Builder as(String user, String password, HttpRequest.Builder request) {
        byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return answer(request).statusCode();
    }

    private HttpResponse<String> answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
