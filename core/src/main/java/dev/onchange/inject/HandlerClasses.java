package dev.onchange.inject;

import dev.onchange.engine.scan.HandlerScanner;

/** Asked by containers that know their classes, and are to name those with handlers to the listeners. */
public final class HandlerClasses {

    private HandlerClasses() {}

    /**
     * Whether the class has methods that count as handlers, sound or not; inherited ones count.
     *
     * @throws LinkageError if the class refers to one that is missing
     */
    public static boolean hasHandlers(Class<?> type) {
        return HandlerScanner.isHandlerClass(type);
    }
}
