package dev.onchange.scan;

import java.util.List;

/** Lists classes without loading them. */
@FunctionalInterface
interface ClassFinder {

    /** All classes in the packages and the packages below them, whatever their visibility. */
    List<FoundClass> find(ClassLoader loader, List<String> packages);
}
