package dev.onchange.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Serves a console by the JDK's server. Loaded only if it is asked for, as {@code jdk.httpserver} may be absent. */
final class JdkDoor {

    /** A property of the whole process, which the JDK's server reads once. */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private final HttpServer server;
    private final DoorThreads threads;
    private final String base;
    private final Function<ConsoleRequest, ConsoleReply> console;

    private JdkDoor(
            HttpServer server, DoorThreads threads, String base, Function<ConsoleRequest, ConsoleReply> console) {
        this.server = server;
        this.threads = threads;
        this.base = base;
        this.console = console;
    }

    /**
     * @param base the path of the console; empty, or with a slash in front and none behind
     * @param toRead how long a request may take to arrive, and a part of an answer to be taken
     * @throws OnChangeException if the address cannot be bound
     */
    static JdkDoor open(
            String host, int port, String base, Function<ConsoleRequest, ConsoleReply> console, Duration toRead) {
        // Else an answer, which the server writes in two parts, takes 40 ms: it waits for the client to acknowledge the
        // first.
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
            DoorThreads threads = new DoorThreads(toRead);
            JdkDoor door = new JdkDoor(server, threads, base, console);
            server.setExecutor(threads);
            server.createContext("/", door::serve);
            server.start();
            return door;
        } catch (IOException | LinkageError e) {
            throw new OnChangeException(
                    List.of(new Problem(
                            ProblemCode.CONSOLE_NOT_STARTED,
                            "Console on " + host + ":" + port,
                            "The JDK's server does not start: " + e.getMessage() + ".",
                            "Name another port, 0 for any that is free; the module jdk.httpserver is needed.")),
                    e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** As it stands in an address. */
    String authority() {
        String host = server.getAddress().getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(ConsoleRequest.LARGEST_BODY + 1);
            threads.endsInTime();
            String path = exchange.getRequestURI().getRawPath();
            ConsoleReply reply = body.length > ConsoleRequest.LARGEST_BODY
                    ? ConsoleRequest.tooLarge()
                    : path.startsWith(base + "/")
                            ? console.apply(request(exchange, path.substring(base.length() + 1), body))
                            : elsewhere(path, exchange.getRequestURI().getRawQuery());
            send(exchange, reply);
        }
    }

    private ConsoleReply elsewhere(String path, @Nullable String query) {
        return path.equals(base) ? ConsoleReply.toFolder(base, query) : ConsoleReply.text(404, "It is not here.");
    }

    private static ConsoleRequest request(HttpExchange exchange, String path, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        return new ConsoleRequest(
                exchange.getRequestMethod(),
                path,
                ConsoleRequest.query(exchange.getRequestURI().getRawQuery()),
                headers,
                body,
                null,
                role -> false);
    }

    private void send(HttpExchange exchange, ConsoleReply reply) throws IOException {
        threads.mayTake();
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        Publisher<String> events = reply.events();
        if (events != null) {
            exchange.sendResponseHeaders(reply.status(), 0);
            sendEvents(exchange.getResponseBody(), events);
        } else {
            boolean hasBody =
                    reply.body().length > 0 && !exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(reply.status(), hasBody ? reply.body().length : -1);
            if (hasBody) {
                exchange.getResponseBody().write(reply.body());
            }
        }
    }

    /** Ends when the events do, or when the client has gone: then writing fails, and the events are cancelled. */
    private void sendEvents(OutputStream out, Publisher<String> events) throws IOException {
        threads.endsInTime();
        try (var texts = Flux.from(events).toStream(1)) {
            for (var next = texts.iterator(); next.hasNext(); ) {
                byte[] text = next.next().getBytes(StandardCharsets.UTF_8);
                threads.mayTake();
                out.write(text);
                out.flush();
                threads.endsInTime();
            }
        }
    }

    void close() {
        server.stop(0);
        threads.close();
    }
}
