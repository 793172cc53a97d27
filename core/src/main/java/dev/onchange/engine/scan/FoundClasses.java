package dev.onchange.engine.scan;

import dev.onchange.engine.scan.index.Index;
import java.util.List;

/**
 * What there is in some packages.
 *
 * @param classes all classes that can matter, whatever their visibility
 * @param index what the annotation processor left about them
 */
record FoundClasses(List<FoundClass> classes, Index index) {

    FoundClasses {
        classes = List.copyOf(classes);
    }
}
