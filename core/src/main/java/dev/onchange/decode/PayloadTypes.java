package dev.onchange.decode;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.List;
import org.bson.Document;
import org.bson.codecs.Codec;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecRegistry;

/** From the type in a handler's signature to a codec. */
final class PayloadTypes {

    private PayloadTypes() {}

    /** The type to decode to: bounds instead of wildcards and type variables, {@code Document} where none is named. */
    static Type concrete(Type declared) {
        if (declared instanceof WildcardType wildcard) {
            return concrete(wildcard.getUpperBounds()[0]);
        }
        if (declared instanceof TypeVariable<?> variable) {
            return concrete(variable.getBounds()[0]);
        }
        return declared == Object.class || declared == void.class ? Document.class : declared;
    }

    static Codec<?> codec(Type type, CodecRegistry registry) {
        if (type instanceof Class<?> plain) {
            return registry.get(plain);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            return registry.get(raw, List.of(generic.getActualTypeArguments()));
        }
        throw new CodecConfigurationException("Can't find a codec for " + type.getTypeName() + ".");
    }
}
