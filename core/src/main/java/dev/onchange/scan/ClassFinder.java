package dev.onchange.scan;

import dev.onchange.scan.index.Packages;
import java.nio.file.Path;

/** Lists classes without loading them. */
interface ClassFinder {

    /** All classes in the packages that the loader and its parents load. */
    Found find(ClassLoader loader, Packages packages);

    /** All classes of one jar or folder. */
    Found find(Path root);
}
