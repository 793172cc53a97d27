package dev.onchange.engine.scan.index;

import java.util.List;

/**
 * A type that the processor has seen.
 *
 * @param parents the types outside the JDK that it inherits from
 * @param seconds when the list was written, as its jar or folder counts time
 */
record ListedType(List<String> parents, long seconds) {}
