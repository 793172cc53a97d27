package dev.onchange.scan;

import dev.onchange.scan.index.Index;
import java.util.List;

/**
 * What there is in some packages.
 *
 * @param classes all classes that can matter, whatever their visibility
 * @param index what the annotation processor left about them
 */
record Found(List<FoundClass> classes, Index index) {

    Found {
        classes = List.copyOf(classes);
    }
}
