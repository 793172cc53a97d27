package dev.onchange.engine.scan.index;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What there is in one jar or folder.
 *
 * @param root the jar or folder
 * @param classes the names of the classes in the packages
 * @param handlers those of which the processor says that they have handlers, wherever they are
 * @param types those that the processor has seen, by their names
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

    /** Of what could not be read: nothing is known of it. */
    static Listing unreadable(Path root) {
        return new Listing(root, Set.of(), Set.of(), Map.of(), List.of(), false);
    }

    /** Whether the processor has been here. */
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
