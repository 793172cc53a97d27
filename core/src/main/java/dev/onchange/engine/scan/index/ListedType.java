package dev.onchange.engine.scan.index;

import java.util.List;

/**
 * A type that the processor has seen.
 *
 * @param parents what it inherits from beyond the JDK
 * @param seconds when the list was written, as its jar or folder counts time
 */
record ListedType(List<String> parents, long seconds) {}
