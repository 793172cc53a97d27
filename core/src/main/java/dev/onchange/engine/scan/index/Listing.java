package dev.onchange.engine.scan.index;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The classes and the index of one jar or folder.
 *
 * @param root the jar or folder
 * @param classes the names of the classes in the packages
 * @param handlers the classes that have handlers by the index, wherever they are
 * @param types the types that the processor has seen, by their names
 * @param further jars and folders that belong to the class path because this one names them
 * @param isAccountedFor whether of every class it is known if it has handlers
 */
record Listing(
        Path root,
        Set<String> classes,
        Set<String> handlers,
        Map<String, ListedType> types,
        List<Path> further,
        boolean isAccountedFor) {

    /** The listing of a jar or folder that could not be read. */
    static Listing unreadable(Path root) {
        return new Listing(root, Set.of(), Set.of(), Map.of(), List.of(), false);
    }

    /** Whether the processor has written an index here. */
    boolean hasIndex() {
        return !handlers.isEmpty() || !types.isEmpty();
    }

    /** The classes that exist and have handlers. */
    Set<String> present() {
        Set<String> present = new HashSet<>(handlers);
        present.retainAll(classes);
        return present;
    }
}
