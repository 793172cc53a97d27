package dev.onchange.generated;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls the handler methods of one class without reflection. The annotation processor generates an implementation in the
 * package of the class, so that package-private methods can be called too.
 */
public interface HandlerCalls {

    /**
     * The methods that can be called, each by its name, the types of its parameters and its return type, for example
     * {@code low(dev.onchange.ChangeEvent,dev.onchange.Attempt):void}; types are erased and written as
     * {@link Class#getTypeName} does. The number of a method is its place in the list.
     */
    List<String> methods();

    /** Handler methods of the class that no code in its package can call, in the same form. */
    default List<String> others() {
        return List.of();
    }

    /**
     * Calls a method.
     *
     * @param method its number
     * @param instance an object of the class
     * @return what the method returned; null if it returns nothing
     * @throws Throwable what the method threw, unwrapped
     */
    @Nullable
    Object call(int method, Object instance, CallArguments arguments) throws Throwable;
}
