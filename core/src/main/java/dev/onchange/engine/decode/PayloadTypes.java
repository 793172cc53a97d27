package dev.onchange.engine.decode;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.codecs.Codec;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;

/** From the type in a handler's signature to a codec. */
final class PayloadTypes {

    private PayloadTypes() {}

    /** The type to decode to: bounds instead of wildcards and type variables, {@code Document} where none is named. */
    static Type concrete(Type declared) {
        Type bound = bound(declared);
        return bound == Object.class || bound == void.class ? Document.class : bound;
    }

    /** The class of documents of this type; null if it is of none. */
    static @Nullable Class<?> raw(Type declared) {
        Type type = concrete(declared);
        return (type instanceof ParameterizedType generic ? generic.getRawType() : type) instanceof Class<?> raw
                ? raw
                : null;
    }

    static Codec<?> codec(Type type, CodecRegistry registry) {
        if (type instanceof Class<?> plain) {
            return registry.get(plain);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            List<Type> arguments = Arrays.stream(generic.getActualTypeArguments())
                    .map(PayloadTypes::bound)
                    .toList();
            // Map<String, Object>: there is no codec for Object, but the one for a plain Map reads values of any type.
            boolean any = Map.class.isAssignableFrom(raw) && arguments.contains(Object.class);
            return any ? registry.get(raw) : registry.get(raw, arguments);
        }
        throw new CodecConfigurationException("Can't find a codec for " + type.getTypeName() + ".");
    }

    private static Type bound(Type declared) {
        if (declared instanceof WildcardType wildcard) {
            return bound(wildcard.getUpperBounds()[0]);
        }
        return declared instanceof TypeVariable<?> variable ? bound(variable.getBounds()[0]) : declared;
    }
}
