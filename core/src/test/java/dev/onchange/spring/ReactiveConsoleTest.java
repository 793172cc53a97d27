package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.console.Access;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The console on the management port of an application with WebFlux. */
class ReactiveConsoleTest {

    private static final String LEVEL = "X-Test-Level";

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void each_level_may_do_what_it_may() throws IOException, InterruptedException {
        try (Context context = new Context();
                ConfigurableApplicationContext app = start(context)) {
            String base = "http://127.0.0.1:" + app.getEnvironment().getProperty("local.management.port") + "/ops";

            for (String path : List.of("/", "/api/overview", "/api/handlers/first", "/api/letters")) {
                assertThat(answer(get(base + path, "NONE")).statusCode())
                        .as(path)
                        .isEqualTo(401);
                assertThat(answer(get(base + path, "READ")).statusCode())
                        .as(path)
                        .isEqualTo(200);
            }
            assertThat(answer(get(base, "READ")).statusCode()).isEqualTo(302);
            assertThat(answer(get(base + "/api/session", "READ")).body()).contains("\"app\": \"shop\"");
            for (String path : List.of("/api/handlers/first/pause", "/api/handlers/first/resume")) {
                assertThat(answer(post(base, path, "NONE", "{}")).statusCode()).isEqualTo(401);
                assertThat(answer(post(base, path, "READ", "{}")).statusCode()).isEqualTo(403);
                assertThat(answer(post(base, path, "OPERATE", "{}")).statusCode())
                        .isEqualTo(200);
            }
            assertThat(answer(post(base, "/api/tail/check", "READ", "{match: '" + " ".repeat(200_000) + "'}"))
                            .statusCode())
                    .isEqualTo(413);
        }
    }

    @Test
    void events_come_one_by_one() throws IOException, InterruptedException {
        try (Context context = new Context();
                ConfigurableApplicationContext app = start(context, "management.server.base-path=/manage")) {
            String base =
                    "http://127.0.0.1:" + app.getEnvironment().getProperty("local.management.port") + "/manage/ops";
            assertThat(answer(get(base, "READ")).headers().firstValue("Location"))
                    .hasValue("./ops/");
            HttpResponse<java.io.InputStream> events =
                    http.send(get(base + "/api/events", "READ").build(), BodyHandlers.ofInputStream());

            answer(post(base, "/api/handlers/first/pause", "OPERATE", "{}"));

            StringBuilder text = new StringBuilder();
            try (var body = events.body()) {
                while (!text.toString().contains("\"kind\": \"pause\"")) {
                    int next = body.read();
                    assertThat(next).as(text.toString()).isNotNegative();
                    text.append((char) next);
                }
            }
            assertThat(text).contains("event: journal");
        }
    }

    private static ConfigurableApplicationContext start(Context context, String... more) {
        List<String> properties = new ArrayList<>(List.of(context.properties()));
        properties.addAll(List.of(
                "server.port=0",
                "management.server.port=0",
                "management.server.address=127.0.0.1",
                "spring.application.name=shop",
                "onchange.console.enabled=true",
                "onchange.console.path=/ops"));
        properties.addAll(List.of(more));
        return new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.REACTIVE)
                .properties(properties.toArray(String[]::new))
                .run();
    }

    private static HttpRequest.Builder get(String uri, String level) {
        return HttpRequest.newBuilder(URI.create(uri)).header(LEVEL, level);
    }

    private HttpRequest.Builder post(String base, String path, String level, String body)
            throws IOException, InterruptedException {
        Document session =
                Document.parse(answer(get(base + "/api/session", "READ")).body());
        return get(base + path, level)
                .header("Content-Type", "application/json")
                .header("Sec-Fetch-Site", "same-origin")
                .header("X-OnChange-CSRF", session.getString("csrf"))
                .POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> answer(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Configuration
    @EnableAutoConfiguration
    static class App {

        @Bean
        Access access() {
            return request -> Access.Level.valueOf(request.header(LEVEL));
        }

        @Bean
        First first() {
            return new First();
        }
    }

    static class First {

        @OnChange(id = "first", collection = "stock")
        void changed(ChangeEvent<Document> change) {}
    }
}
