/**
 * Calls a handler. {@link dev.onchange.engine.invoke.Invokers} makes one {@link dev.onchange.engine.invoke.Invoker} for each
 * handler: {@link dev.onchange.engine.invoke.Suppliers} gives the object, {@link dev.onchange.engine.invoke.Call} calls
 * it with {@link dev.onchange.engine.invoke.ChangeArguments}, and {@link dev.onchange.engine.invoke.Completion} turns
 * the returned value into a publisher to wait for.
 */
@NullMarked
package dev.onchange.engine.invoke;

import org.jspecify.annotations.NullMarked;
