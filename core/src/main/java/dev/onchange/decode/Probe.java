package dev.onchange.decode;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
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

    private static final RawBsonDocument EMPTY = raw(new BsonDocument());
    private static final RawBsonDocument TOKEN_ONLY =
            raw(new BsonDocument("_id", new BsonDocument("_data", new BsonString("82"))));

    private final CodecRegistry registry;
    private final Set<Type> seen = new HashSet<>();

    Probe(CodecRegistry registry) {
        this.registry = registry;
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
                checkComponent(component);
            }
        } else if (!raw.isAnnotationPresent(BsonDiscriminator.class)) {
            build(codec);
        }
    }

    private void checkComponent(RecordComponent component) {
        Class<?> type = component.getType();
        if (type.isPrimitive() || component.getGenericType() != type) {
            return;
        }
        try {
            Codec<?> codec = registry.get(type);
            if (PayloadCodecs.isPojo(codec) || type.isRecord()) {
                check(type, codec);
            }
        } catch (CodecConfigurationException e) {
            throw new CodecConfigurationException(
                    "its component " + component.getName() + " is a " + type.getName() + ": " + e.getMessage(), e);
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
        return codec.getClass().getName().startsWith("org.bson.codecs.") || codec instanceof HiddenRecordCodec;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static RawBsonDocument raw(BsonDocument document) {
        return new RawBsonDocument(document, new BsonDocumentCodec());
    }
}
