package dev.onchange.engine.scan.index;

/** The files that the annotation processor writes, in jars and in folders of classes. */
public final class IndexFiles {

    /** An empty file for each class with handlers, with the class's name. */
    public static final String HANDLERS = "META-INF/onchange/handlers/";

    /**
     * A file for each run of the compiler, named after one of the types compiled. It lists the types that were seen,
     * one a line, each followed by what it extends and implements beyond the JDK. So a class that is listed without a
     * file of its own is known to have no handlers, and a class that the processor never saw is known to be unknown.
     */
    public static final String TYPES = "META-INF/onchange/types/";

    /** What is added to a class's name to form that of the class that calls its handlers. */
    public static final String CALLS_SUFFIX = "__OnChange";

    private IndexFiles() {}
}
