package dev.onchange.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.OnChange;
import dev.onchange.testing.Listening;
import dev.onchange.testing.OnChangeTest;
import jakarta.servlet.GenericServlet;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@OnChangeTest
class ConsoleServletTest {

    @Test
    void a_container_that_stops_ends_events_without_a_failure(Listening listening) throws Exception {
        Console console = Console.embedded().access(request -> Access.Level.READ);
        listening.start(listening.builder(new Handlers()).console(console));
        Ends servlet = new Ends(new ConsoleServlet(console));

        try (ServletContainer container = new ServletContainer(servlet, "/ops/*")) {
            HttpRequest events = HttpRequest.newBuilder(URI.create(container.url() + "/ops/api/events"))
                    .build();
            HttpResponse<InputStream> answer = HttpClient.newHttpClient().send(events, BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
        }

        assertThat(servlet.end).succeedsWithin(Duration.ofSeconds(30));
    }

    /** Notes how a request ends. */
    @SuppressWarnings("serial")
    static final class Ends extends GenericServlet {

        private final Servlet called;
        private final CompletableFuture<Boolean> end = new CompletableFuture<>();

        Ends(Servlet called) {
            this.called = called;
        }

        @Override
        public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
            try {
                called.service(request, response);
                end.complete(true);
            } catch (RuntimeException failure) {
                end.completeExceptionally(failure);
            }
        }
    }

    static class Handlers {

        @OnChange(id = "first", collection = "stock")
        void changed() {}
    }
}
