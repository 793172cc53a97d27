package dev.onchange.engine.scan;

import dev.onchange.engine.scan.index.Packages;
import java.nio.file.Path;

/** Lists classes without loading them. */
interface ClassFinder {

    /** All classes in the packages that the loader and its parents load. */
    FoundClasses find(ClassLoader loader, Packages packages);

    /** All classes of one jar or folder. */
    FoundClasses find(Path root);
}
