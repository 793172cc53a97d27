package dev.onchange.spring;

import dev.onchange.console.Console;
import dev.onchange.console.ConsoleReply;
import dev.onchange.console.ConsoleRequest;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Used by applications with WebFlux that do not leave it to {@code onchange.console.*}: the routes of a {@linkplain
 * Console#embedded console}, for whom the application has authenticated.
 */
@SuppressWarnings("exports") // the framework is required where it is used
public final class ConsoleRoutes {

    private static final boolean SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.Authentication", ConsoleRoutes.class.getClassLoader());

    private final Console console;
    private final String base;

    private ConsoleRoutes(Console console, String base) {
        this.console = console;
        this.base = base;
    }

    /**
     * Serves a console.
     *
     * @param path where, as {@code /onchange}
     */
    public static RouterFunction<ServerResponse> of(Console console, String path) {
        String base = (path.startsWith("/") ? path : "/" + path).replaceAll("/+$", "");
        return RouterFunctions.route(
                RequestPredicates.path(base).or(RequestPredicates.path(base + "/**")),
                new ConsoleRoutes(console, base)::answer);
    }

    private Mono<ServerResponse> answer(ServerRequest request) {
        String path = request.requestPath().pathWithinApplication().value().substring(base.length());
        if (path.isEmpty()) {
            return response(ConsoleReply.toFolder(base, request.uri().getRawQuery()));
        }
        Mono<Optional<Principal>> user =
                request.principal().<Optional<Principal>>map(Optional::of).defaultIfEmpty(Optional.empty());
        return Mono.zip(body(request), user)
                .map(both -> consoleRequest(request, path.substring(1), both.getT1(), both.getT2()))
                // the console may wait for the server
                .flatMap(asked ->
                        Mono.fromCallable(() -> console.handle(asked)).subscribeOn(Schedulers.boundedElastic()))
                .onErrorResume(DataBufferLimitException.class, large -> Mono.just(ConsoleRequest.tooLarge()))
                .flatMap(ConsoleRoutes::response);
    }

    private static Mono<byte[]> body(ServerRequest request) {
        return DataBufferUtils.join(request.body(BodyExtractors.toDataBuffers()), ConsoleRequest.LARGEST_BODY)
                .map(joined -> {
                    byte[] bytes = new byte[joined.readableByteCount()];
                    joined.read(bytes);
                    DataBufferUtils.release(joined);
                    return bytes;
                })
                .defaultIfEmpty(new byte[0]);
    }

    private static ConsoleRequest consoleRequest(
            ServerRequest request, String path, byte[] body, Optional<Principal> user) {
        Map<String, String> headers = new HashMap<>();
        request.headers().asHttpHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        return new ConsoleRequest(
                request.method().name(),
                path,
                ConsoleRequest.query(request.uri().getRawQuery()),
                headers,
                body,
                user.map(Principal::getName).orElse(null),
                roles(user));
    }

    private static Predicate<String> roles(Optional<Principal> user) {
        return user.isPresent() && SECURITY ? role -> GrantedRoles.has(user.get(), role) : role -> false;
    }

    private static Mono<ServerResponse> response(ConsoleReply reply) {
        ServerResponse.BodyBuilder response = ServerResponse.status(reply.status());
        reply.headers().forEach(response::header);
        Publisher<String> events = reply.events();
        if (events == null) {
            return response.body((message, context) -> message.writeWith(
                    Mono.fromSupplier(() -> message.bufferFactory().wrap(reply.body()))));
        }
        return response.body((message, context) ->
                message.writeAndFlushWith(Flux.from(events).map(ConsoleRoutes::buffer)));
    }

    private static Mono<DataBuffer> buffer(String text) {
        DataBufferFactory buffers = DefaultDataBufferFactory.sharedInstance;
        return Mono.just(buffers.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
