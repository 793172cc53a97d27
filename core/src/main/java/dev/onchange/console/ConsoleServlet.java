package dev.onchange.console;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

/**
 * Registered by applications in a servlet container, below a path of its own as {@code /onchange/*}: serves a {@linkplain
 * Console#embedded console} to whom the container has authenticated. A stream of events holds a thread of the container; there
 * are few at a time.
 */
@SuppressWarnings({"exports", "serial"}) // the framework is required where it is used; no container serializes servlets
public final class ConsoleServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private final transient Console console;

    /** @param console the one that the listeners have been given */
    public ConsoleServlet(Console console) {
        this.console = console;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String base = request.getContextPath() + request.getServletPath();
        String path = request.getRequestURI().substring(base.length());
        if (path.isEmpty()) {
            send(response, ConsoleReply.toFolder(base, request.getQueryString()));
            return;
        }
        byte[] body = request.getInputStream().readNBytes(ConsoleRequest.LARGEST_BODY + 1);
        ConsoleReply reply = body.length > ConsoleRequest.LARGEST_BODY
                ? ConsoleRequest.tooLarge()
                : console.handle(request(request, path.substring(1), body));
        send(response, reply);
    }

    private static ConsoleRequest request(HttpServletRequest request, String path, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name, request.getHeader(name));
        }
        Principal user = request.getUserPrincipal();
        return new ConsoleRequest(
                request.getMethod(),
                path,
                ConsoleRequest.query(request.getQueryString()),
                headers,
                body,
                user == null ? null : user.getName(),
                request::isUserInRole);
    }

    private static void send(HttpServletResponse response, ConsoleReply reply) throws IOException {
        response.setStatus(reply.status());
        reply.headers().forEach(response::setHeader);
        Publisher<String> events = reply.events();
        OutputStream out = response.getOutputStream();
        if (events == null) {
            response.setContentLength(reply.body().length);
            out.write(reply.body());
            return;
        }
        try (var texts = Flux.from(events).toStream(1)) {
            for (var next = texts.iterator(); next.hasNext(); ) {
                out.write(next.next().getBytes(StandardCharsets.UTF_8));
                response.flushBuffer();
            }
        } catch (RuntimeException thrown) {
            // A container that stops interrupts its threads: that ends the events, and is no failure to log.
            if (!(Exceptions.unwrap(thrown) instanceof InterruptedException)) {
                throw thrown;
            }
        }
    }
}
