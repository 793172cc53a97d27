package dev.onchange.engine.scan.index;

import java.io.IOException;

/** A file in a jar. */
interface JarEntry {

    String name();

    /** When it was last changed, in seconds from any beginning that is the same in the whole jar. */
    long seconds();

    /** What it holds, unpacked. */
    byte[] content() throws IOException;
}
