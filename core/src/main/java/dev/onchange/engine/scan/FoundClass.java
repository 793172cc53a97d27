package dev.onchange.engine.scan;

import java.util.List;
import java.util.Set;

/**
 * A class as its class file describes it, without being loaded.
 *
 * @param name as {@link Class#getName()} gives it
 * @param kind what can become of it
 * @param parents its superclass and interfaces
 * @param methodAnnotations the names of the annotations on its methods
 */
record FoundClass(String name, Kind kind, List<String> parents, Set<String> methodAnnotations) {

    FoundClass {
        parents = List.copyOf(parents);
        methodAnnotations = Set.copyOf(methodAnnotations);
    }

    enum Kind {
        /** The index knows it; what can become of it, the class itself tells. */
        INDEXED,
        /** Objects of it can be made, as far as its class file says. */
        CONCRETE,
        /** An abstract class or an interface. */
        ABSTRACT,
        /**
         * An annotation, a class without a name, one that is visible in a block only, or one that Kotlin makes of an
         * interface's functions: no handler class, as users cannot name it.
         */
        UNNAMEABLE
    }
}
