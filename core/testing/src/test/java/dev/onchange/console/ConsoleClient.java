package dev.onchange.console;

import dev.onchange.testing.Listening;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.bson.BsonDocument;

/** Calls a console's API over HTTP as a script does: with the token, and what is needed to change something. */
final class ConsoleClient {

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI url;

    private final String token;

    ConsoleClient(Console console) {
        this(console, String.valueOf(console.url().getQuery()).replace("token=", ""));
    }

    /** @param token empty for none */
    ConsoleClient(Console console, String token) {
        this.url = console.url();
        this.token = token;
    }

    /** Starts listeners with that console. */
    static ConsoleClient ofStarted(Listening listening, Console console, Object handlers) {
        listening.start(listening.builder(handlers).console(console));
        return new ConsoleClient(console);
    }

    String origin() {
        return "http://" + url.getAuthority();
    }

    String token() {
        return token;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin() + "/" + path)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The status alone: what is answered may have no end. */
    int status(HttpRequest.Builder request) {
        try {
            HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
            answer.body().close();
            return answer.statusCode();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> tryGet(String path) {
        return send(request(path).header("Authorization", "Bearer " + token()));
    }

    /** Begins to follow server-sent events; returns once the console has answered. */
    ConsoleEvents events(String path) {
        try {
            return new ConsoleEvents(http.send(
                    request(path).header("Authorization", "Bearer " + token()).build(), BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    BsonDocument get(String path) {
        return ok(tryGet(path));
    }

    HttpResponse<String> tryPost(String path, String json) {
        return send(request(path)
                .header("Authorization", "Bearer " + token())
                .header("Content-Type", "application/json")
                .header("Origin", origin())
                .header("X-OnChange-CSRF", get("api/session").getString("csrf").getValue())
                .POST(BodyPublishers.ofString(json)));
    }

    BsonDocument post(String path, String json) {
        return ok(tryPost(path, json));
    }

    private static BsonDocument ok(HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return BsonDocument.parse(response.body());
    }
}
