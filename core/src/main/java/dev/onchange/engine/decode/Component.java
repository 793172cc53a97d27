package dev.onchange.engine.decode;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.RepresentationConfigurable;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.codecs.pojo.annotations.BsonId;
import org.bson.codecs.pojo.annotations.BsonProperty;
import org.bson.codecs.pojo.annotations.BsonRepresentation;
import org.jspecify.annotations.Nullable;

/** One component of a {@link PayloadRecordCodec}'s record, and the field of the document that goes into it. */
record Component(String field, int index, Class<?> type, Codec<?> codec) {

    static Component of(RecordComponent declared, int index, List<Type> arguments, CodecRegistry registry) {
        Type type = resolved(declared.getGenericType(), declared.getDeclaringRecord(), arguments);
        Codec<?> codec = codec(declared.getName(), type, registry);
        BsonRepresentation representation = annotation(declared, BsonRepresentation.class);
        return new Component(
                field(declared),
                index,
                declared.getType(),
                representation == null ? codec : represented(codec, representation.value()));
    }

    /** Null for a null in the document. */
    @Nullable
    Object decode(BsonReader reader, DecoderContext context) {
        if (reader.getCurrentBsonType() == BsonType.NULL) {
            reader.readNull();
            return null;
        }
        try {
            return context.decodeWithChildContext(codec, reader);
        } catch (RuntimeException e) {
            throw new CodecConfigurationException("field " + field + ": " + e.getMessage(), e);
        }
    }

    private static String field(RecordComponent declared) {
        BsonProperty named = annotation(declared, BsonProperty.class);
        if (annotation(declared, BsonId.class) != null) {
            return "_id";
        }
        return named == null ? declared.getName() : named.value();
    }

    private static Codec<?> codec(String name, Type type, CodecRegistry registry) {
        try {
            return codec(type, registry);
        } catch (CodecConfigurationException e) {
            throw new CodecConfigurationException(
                    "its component " + name + " is a " + type.getTypeName() + ": " + e.getMessage(), e);
        }
    }

    private static Codec<?> codec(Type type, CodecRegistry registry) {
        return type instanceof Class<?> plain
                ? registry.get(MethodType.methodType(plain).wrap().returnType())
                : PayloadTypes.codec(type, registry);
    }

    private static Codec<?> represented(Codec<?> codec, BsonType representation) {
        if (codec instanceof RepresentationConfigurable<?> configurable) {
            return configurable.withRepresentation(representation);
        }
        throw new CodecConfigurationException(
                "The codec for " + codec.getEncoderClass() + " does not support @BsonRepresentation");
    }

    /** With the record's type arguments instead of its type variables. */
    private static Type resolved(Type type, Class<?> declaring, List<Type> arguments) {
        if (type instanceof TypeVariable<?> variable) {
            int position = Arrays.asList(declaring.getTypeParameters()).indexOf(variable);
            return position < arguments.size() ? arguments.get(position) : PayloadTypes.concrete(variable);
        }
        if (type instanceof ParameterizedType generic) {
            return new Resolved(
                    generic.getRawType(),
                    Arrays.stream(generic.getActualTypeArguments())
                            .map(argument -> resolved(argument, declaring, arguments))
                            .toArray(Type[]::new));
        }
        return type;
    }

    // The driver reads annotations from the field that belongs to a component, and from nowhere else.
    private static <A extends Annotation> @Nullable A annotation(RecordComponent declared, Class<A> type) {
        try {
            return declared.getDeclaringRecord()
                    .getDeclaredField(declared.getName())
                    .getAnnotation(type);
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("A record component without a field: " + declared, e);
        }
    }
}
