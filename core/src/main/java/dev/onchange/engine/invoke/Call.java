package dev.onchange.engine.invoke;

import dev.onchange.generated.CallArguments;
import org.jspecify.annotations.Nullable;

/** The bare call of one handler. Code that a processor generates can stand in for the one by method handle. */
@FunctionalInterface
public interface Call {

    /**
     * Calls the handler.
     *
     * @param instance the object to call; null if the handler needs none
     * @return what the handler returned; null if it returns nothing
     * @throws Throwable what the handler threw, unwrapped
     */
    @Nullable
    Object call(@Nullable Object instance, CallArguments arguments) throws Throwable;
}
