package dev.onchange.engine.scan;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Optional;

/**
 * What one place wants of the payload type.
 *
 * @param source the place, for messages
 * @param type the type it names
 * @param exact whether it must be that type; else a subtype will do
 */
record PayloadWish(String source, Type type, boolean exact) {

    /** What {@code ChangeEvent<T>} wants; empty if anything will do. */
    static Optional<PayloadWish> ofGeneric(String source, Type generic) {
        if (!(generic instanceof ParameterizedType parameterized)) {
            return Optional.empty();
        }
        Type argument = parameterized.getActualTypeArguments()[0];
        if (argument instanceof WildcardType wildcard) {
            return wildcard.getLowerBounds().length > 0
                    ? of(source, wildcard.getLowerBounds()[0], true)
                    : of(source, wildcard.getUpperBounds()[0], false);
        }
        return of(source, argument, true);
    }

    /** What a parameter that takes the document itself wants. */
    static PayloadWish ofDocument(String source, Type type) {
        return new PayloadWish(source, type, false);
    }

    /** What {@code payload = …} wants; empty if it is not written. */
    static Optional<PayloadWish> ofAttribute(Class<?> payload) {
        return payload == void.class ? Optional.empty() : of("payload", payload, true);
    }

    boolean isGrantedBy(Type payload) {
        if (type.equals(payload)) {
            return true;
        }
        return !exact && type instanceof Class<?> wanted && wanted.isAssignableFrom(Generics.erasure(payload));
    }

    private static Optional<PayloadWish> of(String source, Type type, boolean exact) {
        return type == Object.class ? Optional.empty() : Optional.of(new PayloadWish(source, type, exact));
    }
}
