package dev.onchange;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** What an {@link Interceptor} is told about the handler that is called. Safe for use by several threads. */
public interface HandlerDescriptor {

    /** The id of the handler, as the plan and the status name it. */
    String id();

    /** The annotated method; null if the handler was declared with {@link HandlerBuilder}. */
    @Nullable
    Method method();
}
