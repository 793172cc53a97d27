package dev.onchange.console;

import com.mongodb.MongoException;
import dev.onchange.OnChangeException;
import dev.onchange.console.Access.Level;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which call of the API is answered by whom, and what whoever calls must be allowed to do: the one place that decides it. */
final class ApiRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ApiRoutes.class);

    private final List<Route> routes = new ArrayList<>();

    /** Something to look at. */
    ApiRoutes get(String path, Answer answer) {
        routes.add(new Route("GET", List.of(path.split("/")), Level.READ, answer));
        return this;
    }

    /** Something that changes nothing, and whose question is sent in a body. */
    ApiRoutes ask(String path, Answer answer) {
        routes.add(new Route("POST", List.of(path.split("/")), Level.READ, answer));
        return this;
    }

    /** Something that only operators may do. */
    ApiRoutes act(String path, Answer answer) {
        routes.add(new Route("POST", List.of(path.split("/")), Level.OPERATE, answer));
        return this;
    }

    /** All of them, for tests of access. */
    List<Route> all() {
        return List.copyOf(routes);
    }

    /** @param path below {@code api/}, percent-encoded */
    ConsoleReply answer(ConsoleRequest request, String path, Level level, String by) {
        try {
            List<String> parts = decoded(path);
            List<String> methods = new ArrayList<>();
            for (Route route : routes) {
                Map<String, String> variables = route.variables(parts);
                if (variables != null && route.method.equals(request.method())) {
                    require(route, level);
                    return route.answer.to(new ApiCall(request, variables, level, by));
                }
                if (variables != null) {
                    methods.add(route.method);
                }
            }
            if (methods.isEmpty()) {
                throw Refusal.notFound("There is no such call: " + path);
            }
            return Refusal.ofMethod(request.method(), String.join(", ", methods));
        } catch (Refusal refusal) {
            return refusal.reply();
        } catch (OnChangeException refused) {
            return Refusal.of(refused).reply();
        } catch (StackOverflowError deep) {
            return Refusal.badRequest("What was sent is nested too deeply.").reply();
        } catch (MongoException unanswered) {
            // Pages ask every few seconds: the log would have nothing else.
            LOG.debug("The call {} {} of the console has no answer", request.method(), path, unanswered);
            return Refusal.of(unanswered).reply();
        } catch (RuntimeException e) {
            LOG.warn("The call {} {} of the console failed", request.method(), path, e);
            return new Refusal(500, "FAILED", "The call failed: " + e).reply();
        }
    }

    private static void require(Route route, Level level) {
        if (level.compareTo(route.needs) < 0) {
            throw Refusal.forbidden("This needs " + route.needs + ", and you may " + level + ".");
        }
    }

    private static List<String> decoded(String path) {
        try {
            List<String> parts = new ArrayList<>();
            for (String part : path.split("/", -1)) {
                parts.add(URLDecoder.decode(percentEncoded(part).replace("+", "%2B"), StandardCharsets.UTF_8));
            }
            return parts;
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("The path is not encoded well: " + path);
        }
    }

    /** What servers refuse in paths, encoded or not, as a slash, is written with ~ in place of %, after a ~. */
    private static String percentEncoded(String part) {
        return part.startsWith("~") ? part.substring(1).replace('~', '%') : part;
    }

    /** Answers a call, on a thread that may block. */
    @FunctionalInterface
    interface Answer {
        ConsoleReply to(ApiCall call);
    }

    /**
     * One call.
     *
     * @param parts of the path; one in braces stands for anything
     */
    record Route(String method, List<String> parts, Level needs, Answer answer) {

        /** What the parts in braces are; null if it is another path. */
        @Nullable
        Map<String, String> variables(List<String> path) {
            if (path.size() != parts.size()) {
                return null;
            }
            Map<String, String> variables = new HashMap<>();
            for (int i = 0; i < parts.size(); i++) {
                String part = parts.get(i);
                if (part.startsWith("{")) {
                    variables.put(part.substring(1, part.length() - 1), path.get(i));
                } else if (!part.equals(path.get(i))) {
                    return null;
                }
            }
            return variables;
        }
    }
}
