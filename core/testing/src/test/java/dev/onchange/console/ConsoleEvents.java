package dev.onchange.console;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;

/** The server-sent events of a call, as they come. */
final class ConsoleEvents implements AutoCloseable {

    private final List<Map.Entry<String, BsonDocument>> seen = new CopyOnWriteArrayList<>();
    private final InputStream body;

    ConsoleEvents(HttpResponse<InputStream> response) {
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode());
        }
        this.body = response.body();
        Thread reader = new Thread(this::read, "events");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String name = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    seen.add(Map.entry(name, BsonDocument.parse(line.substring("data: ".length()))));
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** The data of the events of a name that have come. */
    List<BsonDocument> named(String name) {
        return seen.stream()
                .filter(event -> event.getKey().equals(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
