package dev.onchange.engine.scan;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What type variables stand for in a class that inherits from generic ones. */
final class Generics {

    private final Map<TypeVariable<?>, Type> values = new HashMap<>();

    /** Seen from this class. */
    Generics(Class<?> type) {
        learnFromSuperTypesOf(type);
    }

    /** The type with what its variables stand for; a variable that stands for nothing becomes its bound. */
    Type resolve(Type type) {
        if (type instanceof TypeVariable<?> variable) {
            Type value = values.get(variable);
            return value == null ? erasure(variable.getBounds()[0]) : resolve(value);
        }
        if (type instanceof ParameterizedType parameterized) {
            List<Type> arguments = Arrays.stream(parameterized.getActualTypeArguments())
                    .map(this::resolve)
                    .toList();
            return new Parameterized(erasure(parameterized), arguments, parameterized.getOwnerType());
        }
        if (type instanceof GenericArrayType array) {
            return erasure(resolve(array.getGenericComponentType())).arrayType();
        }
        return type;
    }

    /** The classes of a method's parameters. */
    Class<?>[] parameterClasses(Method method) {
        return Arrays.stream(method.getGenericParameterTypes())
                .map(type -> erasure(resolve(type)))
                .toArray(Class<?>[]::new);
    }

    /** The class of a type. */
    static Class<?> erasure(Type type) {
        if (type instanceof Class<?> known) {
            return known;
        }
        if (type instanceof ParameterizedType parameterized) {
            return (Class<?>) parameterized.getRawType();
        }
        if (type instanceof GenericArrayType array) {
            return erasure(array.getGenericComponentType()).arrayType();
        }
        if (type instanceof WildcardType wildcard) {
            return erasure(wildcard.getUpperBounds()[0]);
        }
        return erasure(((TypeVariable<?>) type).getBounds()[0]);
    }

    private void learnFromSuperTypesOf(Class<?> type) {
        learn(type.getGenericSuperclass());
        for (Type parent : type.getGenericInterfaces()) {
            learn(parent);
        }
    }

    private void learn(@Nullable Type parent) {
        if (parent == null) {
            return;
        }
        Class<?> parentClass = erasure(parent);
        if (parent instanceof ParameterizedType parameterized) {
            TypeVariable<?>[] variables = parentClass.getTypeParameters();
            for (int i = 0; i < variables.length; i++) {
                values.put(variables[i], parameterized.getActualTypeArguments()[i]);
            }
        }
        learnFromSuperTypesOf(parentClass);
    }

    /** A parameterized type, equal to the JDK's of the same content. */
    private record Parameterized(
            Class<?> raw, List<Type> arguments, @Nullable Type owner) implements ParameterizedType {

        @Override
        public Type[] getActualTypeArguments() {
            return arguments.toArray(Type[]::new);
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return owner;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ParameterizedType that
                    && raw.equals(that.getRawType())
                    && Objects.equals(owner, that.getOwnerType())
                    && Arrays.equals(getActualTypeArguments(), that.getActualTypeArguments());
        }

        /** As the JDK computes it. */
        @Override
        public int hashCode() {
            return Arrays.hashCode(getActualTypeArguments()) ^ Objects.hashCode(owner) ^ raw.hashCode();
        }

        @Override
        public String toString() {
            return raw.getName()
                    + arguments.stream().map(Type::getTypeName).collect(Collectors.joining(", ", "<", ">"));
        }
    }
}
