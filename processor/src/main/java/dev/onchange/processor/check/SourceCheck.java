package dev.onchange.processor.check;

import dev.onchange.processor.source.HandlerClass;

/** One thing that must be so of a class with handlers. */
@FunctionalInterface
interface SourceCheck {

    /** Reports the problems found. */
    void check(HandlerClass handlers, Report report);
}
