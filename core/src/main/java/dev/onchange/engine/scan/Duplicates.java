package dev.onchange.engine.scan;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds handlers that were given the same id. */
final class Duplicates {

    private Duplicates() {}

    /** A problem for each id that several handlers have, at the first of them. */
    static List<Problem> in(List<HandlerSpec> handlers) {
        Map<String, List<HandlerSpec>> byId = handlers.stream()
                .collect(Collectors.groupingBy(HandlerSpec::id, LinkedHashMap::new, Collectors.toList()));
        return byId.values().stream()
                .filter(same -> same.size() > 1)
                .map(Duplicates::problem)
                .toList();
    }

    private static Problem problem(List<HandlerSpec> same) {
        HandlerSpec first = same.get(0);
        boolean functions = same.stream().allMatch(handler -> handler.target() instanceof HandlerTarget.OfFunction);
        return (functions ? Message.DUPLICATE_FUNCTION_ID : Message.DUPLICATE_ID)
                .at(
                        first.where("id"),
                        first.id(),
                        same.size(),
                        same.stream().map(Duplicates::place).collect(Collectors.joining("; ")));
    }

    /** With the parameters, by which overloaded methods differ, and with the plug-in, by which versions of a class do. */
    private static String place(HandlerSpec handler) {
        if (handler.target() instanceof HandlerTarget.OfMethod target) {
            Method method = target.method();
            String loader = target.type().getClassLoader() == null
                    ? null
                    : target.type().getClassLoader().getName();
            return handler.where()
                    + Arrays.stream(method.getParameterTypes())
                            .map(Class::getSimpleName)
                            .collect(Collectors.joining(", ", "(", ")"))
                    + (loader == null || !loader.startsWith("plug-in ") ? "" : " of " + loader);
        }
        return handler.where();
    }
}
