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
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Serves a console by the JDK's server. Loaded only if it is asked for, as {@code jdk.httpserver} may be absent. */
final class JdkDoor {

    /** A property of the whole process, which the JDK's server reads once. */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private final HttpServer server;
    private final DoorThreads threads;
    private final Function<ConsoleRequest, ConsoleReply> console;

    private JdkDoor(HttpServer server, DoorThreads threads, Function<ConsoleRequest, ConsoleReply> console) {
        this.server = server;
        this.threads = threads;
        this.console = console;
    }

    /**
     * @param toRead how long a request may take to arrive
     * @throws OnChangeException if the address cannot be bound
     */
    static JdkDoor open(String host, int port, Function<ConsoleRequest, ConsoleReply> console, Duration toRead) {
        // Else an answer, which the server writes in two parts, takes 40 ms: it waits for the client to acknowledge the
        // first.
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 0);
            DoorThreads threads = new DoorThreads(toRead);
            JdkDoor door = new JdkDoor(server, threads, console);
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
            threads.requestRead();
            ConsoleReply reply = body.length > ConsoleRequest.LARGEST_BODY
                    ? ConsoleRequest.tooLarge()
                    : console.apply(request(exchange, body));
            send(exchange, reply);
        }
    }

    private static ConsoleRequest request(HttpExchange exchange, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        return new ConsoleRequest(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath().substring(1),
                ConsoleRequest.query(exchange.getRequestURI().getRawQuery()),
                headers,
                body,
                null,
                role -> false);
    }

    private static void send(HttpExchange exchange, ConsoleReply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        Publisher<String> events = reply.events();
        if (events != null) {
            exchange.sendResponseHeaders(reply.status(), 0);
            sendEvents(exchange.getResponseBody(), events);
        } else {
            exchange.sendResponseHeaders(reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
            if (reply.body().length > 0) {
                exchange.getResponseBody().write(reply.body());
            }
        }
    }

    /** Ends when the events do, or when the client has gone: then writing fails, and the events are cancelled. */
    private static void sendEvents(OutputStream out, Publisher<String> events) throws IOException {
        try (var texts = Flux.from(events).toStream(1)) {
            for (var next = texts.iterator(); next.hasNext(); ) {
                out.write(next.next().getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    void close() {
        server.stop(0);
        threads.close();
    }
}
