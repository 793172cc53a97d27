package dev.onchange.engine.invoke;

import dev.onchange.generated.CallArguments;
import org.jspecify.annotations.Nullable;

/** The call of a handler's method: through a method handle, or through code that the annotation processor generated. */
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
