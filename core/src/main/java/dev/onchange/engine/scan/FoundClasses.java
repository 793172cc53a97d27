package dev.onchange.engine.scan;

import dev.onchange.engine.scan.index.Index;
import java.util.List;

/**
 * The classes of some packages.
 *
 * @param classes all classes that can matter, whatever their visibility
 * @param index the index that the annotation processor wrote about them
 */
record FoundClasses(List<FoundClass> classes, Index index) {

    FoundClasses {
        classes = List.copyOf(classes);
    }
}
