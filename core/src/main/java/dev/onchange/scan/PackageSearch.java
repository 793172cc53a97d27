package dev.onchange.scan;

import dev.onchange.problem.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the handler classes among those of some packages, loading only these and the annotations and foreign parents
 * by which they may be told. Used once, by one thread.
 */
final class PackageSearch {

    private final ClassLoader loader;
    private final Map<String, FoundClass> found = new LinkedHashMap<>();
    private final Map<String, Boolean> annotations = new HashMap<>();
    private final Map<String, Boolean> carriers = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    PackageSearch(ClassLoader loader, List<FoundClass> found) {
        this.loader = loader;
        found.forEach(each -> this.found.put(each.name(), each));
    }

    /** The classes of which objects can be made, and abstract ones that nothing found makes use of. */
    List<Class<?>> handlerClasses() {
        Set<String> extended = new HashSet<>();
        found.values().forEach(each -> extended.addAll(each.parents()));
        List<Class<?>> classes = new ArrayList<>();
        for (FoundClass each : found.values()) {
            boolean wanted = switch (each.kind()) {
                case CONCRETE -> true;
                case ABSTRACT -> !extended.contains(each.name());
                case UNNAMEABLE -> false;
            };
            if (wanted && carries(each.name())) {
                load(each.name(), classes);
            }
        }
        return classes;
    }

    /** Packages without a class that has a handler, and classes that could not be loaded; after {@link #handlerClasses}. */
    List<Problem> problems(List<String> packages) {
        List<Problem> all = new ArrayList<>(problems);
        for (String name : packages) {
            List<String> classes = found.keySet().stream()
                    .filter(each -> each.startsWith(name + "."))
                    .toList();
            if (classes.stream().noneMatch(this::carries)) {
                all.add(Message.NO_HANDLERS_IN_PACKAGE.at(name, classes.size()));
            }
        }
        return all;
    }

    private boolean carries(String name) {
        Boolean known = carriers.get(name);
        if (known != null) {
            return known;
        }
        FoundClass each = found.get(name);
        boolean carries = each == null
                ? foreignCarries(name)
                : each.methodAnnotations().stream().anyMatch(this::isHandlerAnnotation)
                        || each.parents().stream().anyMatch(this::carries);
        carriers.put(name, carries);
        return carries;
    }

    /** Whether a class outside the packages has handler methods; one that cannot be loaded is somebody else's concern. */
    private boolean foreignCarries(String name) {
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
        return annotations.computeIfAbsent(name, this::loadAndAsk);
    }

    private boolean loadAndAsk(String name) {
        try {
            return Annotations.isHandlerAnnotation(Class.forName(name, false, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            // The language ignores annotations whose class is missing, and so does everybody who asks for them.
            return false;
        }
    }

    private void load(String name, List<Class<?>> classes) {
        try {
            classes.add(Class.forName(name, false, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            problems.add(Message.UNREADABLE_CLASS.at(name, e));
        }
    }
}
