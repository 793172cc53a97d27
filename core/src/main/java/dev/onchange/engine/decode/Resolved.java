package dev.onchange.engine.decode;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A parameterized type after its type variables have been replaced; equal to the compiler's own with the same parts. */
final class Resolved implements ParameterizedType {

    private final Type rawType;
    private final Type[] arguments;

    Resolved(Type rawType, Type[] arguments) {
        this.rawType = rawType;
        this.arguments = arguments.clone();
    }

    @Override
    public Type[] getActualTypeArguments() {
        return arguments.clone();
    }

    @Override
    public Type getRawType() {
        return rawType;
    }

    @Override
    public @Nullable Type getOwnerType() {
        return rawType instanceof Class<?> plain ? plain.getDeclaringClass() : null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ParameterizedType type
                && rawType.equals(type.getRawType())
                && Arrays.equals(arguments, type.getActualTypeArguments());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(arguments) ^ rawType.hashCode();
    }

    @Override
    public String toString() {
        return Arrays.stream(arguments)
                .map(Type::getTypeName)
                .collect(Collectors.joining(", ", rawType.getTypeName() + "<", ">"));
    }
}
