package dev.onchange.console;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * What {@link Console#handle} gives to a door, to be sent as it is.
 *
 * @param status of HTTP
 * @param headers all that are to be sent, without the length
 * @param body empty if there is none, or if {@code events} is there
 * @param events the text of server-sent events, to be written in UTF-8 and flushed one by one; cancelled when the client has
 *     gone; null for a reply with a body
 */
@SuppressWarnings("ArrayRecordComponent") // sent once, and never compared
public record ConsoleReply(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable Publisher<String> events) {

    private static final String JSON = "application/json; charset=utf-8";

    /** Nothing is loaded from elsewhere, nothing frames the pages, nothing is guessed about types. */
    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    public ConsoleReply {
        headers = Map.copyOf(headers);
    }

    static ConsoleReply json(int status, String json) {
        return of(status, JSON, json.getBytes(StandardCharsets.UTF_8)).with("Cache-Control", "no-store");
    }

    static ConsoleReply text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8))
                .with("Cache-Control", "no-store");
    }

    static ConsoleReply of(int status, String type, byte[] body) {
        return new ConsoleReply(status, ALWAYS, body, null).with("Content-Type", type);
    }

    static ConsoleReply empty(int status) {
        return new ConsoleReply(status, ALWAYS, new byte[0], null);
    }

    /**
     * Sent by doors in answer to a request for the console without a slash behind it: pages name what they need relative to the folder
     * that they are in. Leads to the same address with the slash, whatever a proxy has put in front.
     *
     * @param path of the console, as {@code /onchange}
     * @param query as it was sent; null if there was none
     */
    public static ConsoleReply toFolder(String path, @Nullable String query) {
        String folder = "./" + path.substring(path.lastIndexOf('/') + 1) + "/";
        return empty(302)
                .with("Location", query == null ? folder : folder + "?" + query)
                .with("Cache-Control", "no-store");
    }

    static ConsoleReply events(Flux<String> events) {
        return new ConsoleReply(200, ALWAYS, new byte[0], events)
                .with("Content-Type", "text/event-stream; charset=utf-8")
                .with("Cache-Control", "no-store")
                .with("X-Accel-Buffering", "no");
    }

    /** The same with one header more. */
    ConsoleReply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new ConsoleReply(status, more, body, events);
    }
}
