package dev.onchange.console;

import dev.onchange.ChangeListeners;
import dev.onchange.console.Access.Level;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A console beside listeners that run: decides about each request, then has it answered by the pages or the API. */
final class RunningConsole {

    private static final Logger LOG = LoggerFactory.getLogger(RunningConsole.class);

    private static final String API = "api/";

    private final Access access;
    private final @Nullable TokenAccess tokens;
    private final RequestGuard guard;
    private final ConsoleParts parts;
    private final ApiRoutes routes;
    private final WebFiles files = new WebFiles();

    /** @param random of which tokens are made */
    private RunningConsole(ConsoleSettings settings, ConsoleParts parts, SecureRandom random) {
        Access own = settings.access();
        this.tokens = own == null ? new TokenAccess(random) : null;
        this.access = own == null ? Objects.requireNonNull(tokens) : own;
        boolean embedded = settings.port() == null;
        this.guard = new RequestGuard(
                hosts(settings),
                lowerCase(settings.hosts()),
                embedded && settings.hosts().isEmpty(),
                TokenAccess.secret(random));
        this.parts = parts;
        this.routes = parts.routes(settings, guard);
    }

    /** One that has begun to note how the handlers fare. */
    static RunningConsole of(
            ConsoleSettings settings, ChangeListeners listeners, OperatorActions operations, SecureRandom random) {
        ConsoleParts parts = new ConsoleParts(listeners, settings.mask(), operations, random);
        RunningConsole console = new RunningConsole(settings, parts, random);
        parts.start();
        return console;
    }

    private static Set<String> hosts(ConsoleSettings settings) {
        Set<String> hosts = new HashSet<>(lowerCase(settings.hosts()));
        if (settings.port() != null) {
            hosts.addAll(Set.of("localhost", ConsoleSettings.LOOPBACK, "[::1]"));
            String host = URI.create("http://" + settings.address()).getHost();
            hosts.add((host == null ? settings.address() : host).toLowerCase(Locale.ROOT));
        }
        return hosts;
    }

    private static Set<String> lowerCase(Set<String> hosts) {
        return hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** The JDK's server has this port. */
    void served(int port) {
        if (tokens != null) {
            tokens.servedOn(port);
        }
    }

    @Nullable
    String token() {
        return tokens == null ? null : tokens.token();
    }

    List<String> calls() {
        return routes.all().stream()
                .map(route -> route.method() + " " + String.join("/", route.parts()))
                .toList();
    }

    ConsoleReply handle(ConsoleRequest request) {
        try {
            guard.requireHost(request);
            ConsoleReply loggedIn = tokens == null ? null : tokens.logIn(request);
            return loggedIn == null ? answer(request, access.of(request)) : loggedIn;
        } catch (Refusal refusal) {
            return refusal.reply();
        } catch (RuntimeException failure) {
            // An access that fails has allowed nothing.
            LOG.warn(
                    "A request of the console could not be answered: {} {}", request.method(), request.path(), failure);
            return new Refusal(500, "FAILED", "The request could not be answered; the log says why.").reply();
        }
    }

    private ConsoleReply answer(ConsoleRequest request, Level level) {
        boolean api = request.path().startsWith(API);
        if (level == Level.NONE) {
            return denied(api, request.user() != null);
        }
        if (!request.method().equals("GET") && !request.method().equals("POST")) {
            return Refusal.ofMethod(request.method(), "GET, POST");
        }
        if (api) {
            guard.requireNoOtherSite(request);
            if (request.method().equals("POST")) {
                guard.requireOwnPage(request);
            }
            return routes.answer(request, request.path().substring(API.length()), level, by(request.user()));
        }
        if (!request.method().equals("GET")) {
            return Refusal.ofMethod(request.method(), "GET");
        }
        return files.get(request);
    }

    private String by(@Nullable String user) {
        if (user != null) {
            return user;
        }
        return tokens == null ? "somebody without a name" : "whoever has the token";
    }

    private ConsoleReply denied(boolean api, boolean loggedIn) {
        String refused = loggedIn
                ? "You may not use this console."
                : "Nobody is logged in here, and the console opens to nobody: in Spring Boot, Spring Security or a"
                        + " bean of Access says who may use it.";
        String todo = tokens == null
                ? refused
                : "Open the address that the application has logged at its start, or send its token as Authorization:"
                        + " Bearer.";
        return api ? new Refusal(401, "NO_ACCESS", todo).reply() : ConsoleReply.text(401, todo);
    }

    void close() {
        parts.close();
    }
}
