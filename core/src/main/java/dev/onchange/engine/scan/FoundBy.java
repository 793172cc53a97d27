package dev.onchange.engine.scan;

/** How a handler was found. */
public enum FoundBy {
    /** By the index that the annotation processor wrote. */
    INDEX,
    /** By scanning the class path. */
    SCAN,
    /** By its class, which the user named. */
    TYPE,
    /** On an object that the user handed over. */
    OBJECT,
    /** Registered as a function. */
    FUNCTION
}
