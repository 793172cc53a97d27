package dev.onchange;

/**
 * A change at which a handler has failed for good.
 *
 * @param handler which one
 * @param change as the handler was given it; documents that cannot be decoded fail when they are asked for
 * @param attempt the last one
 * @param failure why it failed
 */
public record FailedChange(HandlerDescriptor handler, ChangeEvent<?> change, Attempt attempt, Throwable failure) {}
