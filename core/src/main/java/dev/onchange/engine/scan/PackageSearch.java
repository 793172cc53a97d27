package dev.onchange.engine.scan;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Chooses the handler classes among the classes of some packages; loads only these, and the annotations and parents
 * from other packages that decide whether a class is one. Used once, by one thread.
 */
final class PackageSearch {

    private final ClassLoader loader;
    private final Map<String, FoundClass> found = new LinkedHashMap<>();
    private final Map<String, Boolean> annotations = new HashMap<>();
    private final Map<String, Boolean> handlersKnown = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    PackageSearch(ClassLoader loader, Collection<FoundClass> found) {
        this.loader = loader;
        found.forEach(each -> this.found.put(each.name(), each));
    }

    /** The classes of which objects can be made, and abstract ones that nothing found makes use of. */
    List<HandlerSource> handlerClasses() {
        List<HandlerSource> indexed = indexed();
        Set<String> extended = extended(indexed);
        List<HandlerSource> sources = new ArrayList<>();
        for (HandlerSource each : indexed) {
            boolean isAbstract = Modifier.isAbstract(each.type().getModifiers());
            if (!isAbstract || !extended.contains(each.type().getName())) {
                sources.add(each);
            }
        }
        for (FoundClass each : found.values()) {
            if (isWanted(each, extended) && hasHandlers(each.name())) {
                load(each.name())
                        .filter(type -> !Proxies.isProxyOfConcrete(type))
                        .ifPresent(type -> sources.add(new HandlerSource(type, null, FoundBy.SCAN)));
            }
        }
        return sources;
    }

    /**
     * Packages without a class that has a handler, and classes that could not be loaded; after {@link #handlerClasses}.
     */
    List<Problem> problems(List<String> packages) {
        List<Problem> all = new ArrayList<>(problems);
        for (String name : packages) {
            List<String> classes = found.keySet().stream()
                    .filter(each -> each.startsWith(name + "."))
                    .toList();
            if (classes.stream().noneMatch(this::hasHandlers)) {
                all.add(Message.NO_HANDLERS_IN_PACKAGE.at(name, classes.size()));
            }
        }
        return all;
    }

    /** The classes that have handlers by the index, and the classes that inherit from them. */
    private List<HandlerSource> indexed() {
        return found.values().stream()
                .filter(each -> each.kind() == FoundClass.Kind.INDEXED && hasHandlers(each.name()))
                .flatMap(each -> load(each.name()).stream())
                .filter(type -> !type.isAnnotation() && !Proxies.isProxyOfConcrete(type))
                .<HandlerSource>map(type -> new HandlerSource(type, null, FoundBy.INDEX))
                .toList();
    }

    private Set<String> extended(List<HandlerSource> indexed) {
        Set<String> extended = new HashSet<>();
        found.values().forEach(each -> extended.addAll(each.parents()));
        indexed.stream()
                .flatMap(each -> parents(each.type()))
                .map(Class::getName)
                .forEach(extended::add);
        return extended;
    }

    private static Stream<Class<?>> parents(Class<?> type) {
        return Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
    }

    private static boolean isWanted(FoundClass each, Set<String> extended) {
        return switch (each.kind()) {
            case CONCRETE -> true;
            case ABSTRACT -> !extended.contains(each.name());
            case INDEXED, UNNAMEABLE -> false;
        };
    }

    private boolean hasHandlers(String name) {
        Boolean known = handlersKnown.get(name);
        if (known != null) {
            return known;
        }
        FoundClass each = found.get(name);
        boolean result = each == null
                ? foreignHasHandlers(name)
                : each.methodAnnotations().stream().anyMatch(this::isHandlerAnnotation)
                        || each.parents().stream().anyMatch(this::hasHandlers);
        handlersKnown.put(name, result);
        return result;
    }

    /** Whether a class outside the packages has handler methods; one that cannot be loaded counts as having none. */
    private boolean foreignHasHandlers(String name) {
        if (name.startsWith("java.")) {
            return false;
        }
        try {
            return !HandlerMethods.of(Class.forName(name, false, loader)).isEmpty();
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private boolean isHandlerAnnotation(String name) {
        return annotations.computeIfAbsent(name, this::isLoadedHandlerAnnotation);
    }

    private boolean isLoadedHandlerAnnotation(String name) {
        try {
            return Annotations.isHandlerAnnotation(Class.forName(name, false, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            // Java ignores annotations whose class is missing.
            return false;
        }
    }

    private Optional<Class<?>> load(String name) {
        try {
            return Optional.of(Class.forName(name, false, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            problems.add(Message.UNREADABLE_CLASS.at(name, e));
            return Optional.empty();
        }
    }
}
