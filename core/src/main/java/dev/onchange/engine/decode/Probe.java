package dev.onchange.engine.decode;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.Codec;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.codecs.pojo.annotations.BsonDiscriminator;

/**
 * Tries a codec before any change arrives: the driver makes codecs for types that it then cannot build, an interface
 * for example, and says so only when it decodes. Codecs of the user's own are trusted.
 */
final class Probe {

    private static final int DEEPEST = 100;

    private static final RawBsonDocument EMPTY = raw(new BsonDocument());
    private static final RawBsonDocument TOKEN_ONLY =
            raw(new BsonDocument("_id", new BsonDocument("_data", new BsonString("82"))));

    private final CodecRegistry registry;
    private final Predicate<Class<?>> automatic;
    private final Set<Type> seen = new HashSet<>();

    /** @param automatic whether a class is decoded by the driver's own conventions for POJOs, which users cannot extend */
    Probe(CodecRegistry registry, Predicate<Class<?>> automatic) {
        this.registry = registry;
        this.automatic = automatic;
    }

    /** @throws CodecConfigurationException if the codec cannot decode documents to this type */
    void check(Decoding<?> decoding) {
        check(decoding.type(), decoding.codec());
    }

    /** Why the type's {@code _id} cannot hold a resume token; empty if it can, or the type has none. */
    static Optional<String> refusalOfToken(Decoding<?> decoding) {
        try {
            TOKEN_ONLY.decode(decoding.codec());
        } catch (RuntimeException e) {
            Throwable root = root(e);
            if (root instanceof BsonInvalidOperationException) {
                return Optional.of(String.valueOf(root.getMessage()));
            }
        }
        return Optional.empty();
    }

    private void check(Type type, Codec<?> codec) {
        if (!seen.add(type) || !isTheDrivers(codec)) {
            return;
        }
        Class<?> raw = codec.getEncoderClass();
        if (raw.isRecord()) {
            for (RecordComponent component : raw.getRecordComponents()) {
                checkPart("component " + component.getName(), component.getGenericType());
            }
        } else if (!raw.isAnnotationPresent(BsonDiscriminator.class)) {
            build(codec);
            if (PayloadCodecs.isPojo(codec) && automatic.test(raw)) {
                PojoProperties.of(raw).forEach((name, property) -> checkPart("property " + name, property));
            }
        }
    }

    private void checkPart(String name, Type type) {
        try {
            checkPart(type);
        } catch (CodecConfigurationException e) {
            throw new CodecConfigurationException(
                    "its " + name + " is a " + type.getTypeName() + ": " + e.getMessage(), e);
        }
    }

    /** What type variables stand for is known with the documents only. */
    private void checkPart(Type type) {
        if (type instanceof Class<?> plain) {
            if (!plain.isPrimitive()) {
                checkUsed(type, registry.get(plain));
            }
        } else if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            if (Iterable.class.isAssignableFrom(raw) || Map.class.isAssignableFrom(raw)) {
                Arrays.stream(generic.getActualTypeArguments())
                        .filter(argument -> argument != Object.class)
                        .forEach(this::checkPart);
            } else {
                checkUsed(type, PayloadTypes.codec(type, registry));
            }
        }
    }

    private void checkUsed(Type type, Codec<?> codec) {
        if (PayloadCodecs.isPojo(codec) || codec.getEncoderClass().isRecord()) {
            check(type, codec);
        }
    }

    private static void build(Codec<?> codec) {
        try {
            EMPTY.decode(codec);
        } catch (RuntimeException | LinkageError e) {
            Throwable root = root(e);
            if (isTheTypesFault(root)) {
                throw new CodecConfigurationException(String.valueOf(root.getMessage()), e);
            }
        }
    }

    // Other failures come from the type's own code, which may rightly refuse an empty document.
    private static boolean isTheTypesFault(Throwable root) {
        return root instanceof CodecConfigurationException
                || root instanceof BsonInvalidOperationException
                || root instanceof IllegalAccessException
                || root instanceof InstantiationException
                || root instanceof LinkageError;
    }

    private static boolean isTheDrivers(Codec<?> codec) {
        return codec.getClass().getName().startsWith("org.bson.codecs.") || codec instanceof PayloadRecordCodec;
    }

    /** Causes may form a circle. */
    static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; root.getCause() != null && depth < DEEPEST; depth++) {
            root = root.getCause();
        }
        return root;
    }

    private static RawBsonDocument raw(BsonDocument document) {
        return new RawBsonDocument(document, new BsonDocumentCodec());
    }
}
