package dev.onchange.engine.scan;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * A class to look for handlers in.
 *
 * @param type the user's class, also where the instance is a proxy of it
 * @param instance the object to call; null if it is to be supplied at start
 * @param foundBy how the class was found
 */
record HandlerSource(Class<?> type, @Nullable Object instance, FoundBy foundBy) {

    /** The place of a method, for messages. */
    String where(Method method) {
        return type.getName() + "#" + KotlinMethods.nameOf(method);
    }
}
