package dev.onchange.engine.scan;

import dev.onchange.generated.HandlerCalls;

/**
 * A handler method in the class that the annotation processor generated to call it.
 *
 * @param calls the generated class
 * @param number by which it knows the method
 */
public record GeneratedMethod(Class<? extends HandlerCalls> calls, int number) {}
