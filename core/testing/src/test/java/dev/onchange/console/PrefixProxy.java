package dev.onchange.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A reverse proxy on any port that passes on what is below a prefix, with or without it, and, as proxies do unless they are told
 * otherwise, with the Host of the server behind it.
 */
final class PrefixProxy implements AutoCloseable {

    private static final Set<String> OF_ONE_CONNECTION =
            Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();
    private final String prefix;
    private final String target;
    private final boolean strips;
    private final Set<HttpExchange> open = ConcurrentHashMap.newKeySet();
    private volatile boolean lost;

    /**
     * @param prefix as {@code /admin/onchange}
     * @param target scheme and authority of the server behind it
     * @param strips whether the prefix is taken off
     */
    PrefixProxy(String prefix, String target, boolean strips) throws IOException {
        this.prefix = prefix;
        this.target = target;
        this.strips = strips;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.start();
    }

    /** Under another name than that of the server behind it. */
    String url() {
        return "http://localhost:" + server.getAddress().getPort() + prefix;
    }

    /** From now on, or not any more, connections end without an answer, as those do that are open. */
    void lose(boolean all) {
        lost = all;
        if (all) {
            open.forEach(HttpExchange::close);
        }
    }

    private void pass(HttpExchange exchange) throws IOException {
        open.add(exchange);
        try (exchange) {
            if (lost) {
                return;
            }
            String asked = exchange.getRequestURI().toString();
            if (!asked.startsWith(prefix)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String path = strips ? asked.substring(prefix.length()) : asked;
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(target + (path.startsWith("/") ? "" : "/") + path))
                    .method(
                            exchange.getRequestMethod(),
                            BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!OF_ONE_CONNECTION.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                    values.forEach(value -> request.header(name, value));
                }
            });
            answer(exchange, client.send(request.build(), BodyHandlers.ofInputStream()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(exchange);
        }
    }

    private static void answer(HttpExchange exchange, HttpResponse<InputStream> response) throws IOException {
        response.headers().map().forEach((name, values) -> {
            if (!name.startsWith(":") && !OF_ONE_CONNECTION.contains(name)) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        boolean empty = response.statusCode() == 304 || response.statusCode() / 100 == 3;
        exchange.sendResponseHeaders(response.statusCode(), empty ? -1 : 0);
        try (InputStream body = response.body()) {
            byte[] some = new byte[8192];
            for (int read = body.read(some); read >= 0 && !empty; read = body.read(some)) {
                exchange.getResponseBody().write(some, 0, read);
                exchange.getResponseBody().flush();
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
