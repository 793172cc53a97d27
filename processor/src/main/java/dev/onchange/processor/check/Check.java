package dev.onchange.processor.check;

import dev.onchange.processor.source.HandlerClass;

/** One thing that must be so of a class with handlers. */
@FunctionalInterface
interface Check {

    /** Reports what is not so. */
    void check(HandlerClass handlers, Report report);
}
