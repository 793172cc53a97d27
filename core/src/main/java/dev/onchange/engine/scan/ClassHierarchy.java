package dev.onchange.engine.scan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A class and the types that it inherits from, ordered so that an overriding method comes before the overridden one.
 */
final class ClassHierarchy {

    private final List<Class<?>> classes = new ArrayList<>();
    private final Set<Class<?>> interfaces = new LinkedHashSet<>();

    private ClassHierarchy() {}

    /** The class, its superclasses without {@code Object}, then its interfaces. */
    static List<Class<?>> of(Class<?> type) {
        ClassHierarchy hierarchy = new ClassHierarchy();
        for (@Nullable Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            hierarchy.classes.add(each);
            hierarchy.addInterfacesOf(each);
        }
        hierarchy.interfaces.removeAll(hierarchy.classes);
        hierarchy.addNarrowestFirst();
        return hierarchy.classes;
    }

    private void addInterfacesOf(Class<?> type) {
        for (Class<?> each : type.getInterfaces()) {
            interfaces.add(each);
            addInterfacesOf(each);
        }
    }

    private void addNarrowestFirst() {
        while (!interfaces.isEmpty()) {
            Class<?> narrowest = interfaces.stream()
                    .filter(each ->
                            interfaces.stream().noneMatch(other -> other != each && each.isAssignableFrom(other)))
                    .findFirst()
                    .orElseThrow();
            interfaces.remove(narrowest);
            classes.add(narrowest);
        }
    }
}
