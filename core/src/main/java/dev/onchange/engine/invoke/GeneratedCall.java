package dev.onchange.engine.invoke;

import dev.onchange.engine.scan.GeneratedMethod;
import dev.onchange.generated.CallArguments;
import dev.onchange.generated.HandlerCalls;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls a method through what the annotation processor generated for its class. */
record GeneratedCall(HandlerCalls calls, int method) implements Call {

    static GeneratedCall of(GeneratedMethod method) {
        try {
            return new GeneratedCall(method.calls().getConstructor().newInstance(), method.number());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The generated class cannot be used: " + method.calls(), e);
        }
    }

    @Override
    public @Nullable Object call(@Nullable Object instance, CallArguments arguments) throws Throwable {
        return calls.call(method, Objects.requireNonNull(instance), arguments);
    }
}
