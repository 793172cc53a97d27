package dev.onchange.engine.decode;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.configuration.CodecConfigurationException;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records by the rules of the driver's {@code RecordCodec}, which cannot build records that are not public, and
 * does not say which field fails: fields by component name, {@code @BsonProperty} or {@code @BsonId}; unknown fields
 * are passed over, missing ones null.
 */
final class PayloadRecordCodec<T> implements Codec<T> {

    private final Class<T> type;
    private final Constructor<?> constructor;
    private final List<Component> components;
    private final Map<String, Component> byField = new HashMap<>();

    /** @throws CodecConfigurationException if a component has no codec */
    PayloadRecordCodec(Class<T> type, List<Type> arguments, CodecRegistry registry) {
        this.type = type;
        RecordComponent[] declared = type.getRecordComponents();
        this.components = IntStream.range(0, declared.length)
                .mapToObj(index -> Component.of(declared[index], index, arguments, registry))
                .toList();
        components.forEach(component -> byField.put(component.field(), component));
        this.constructor = constructor(declared);
    }

    @Override
    public T decode(BsonReader reader, DecoderContext context) {
        @Nullable Object[] values = new @Nullable Object[components.size()];
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            Component component = byField.get(reader.readName());
            if (component == null) {
                reader.skipValue();
            } else {
                values[component.index()] = component.decode(reader, context);
            }
        }
        reader.readEndDocument();
        return build(values);
    }

    /** Events are read, never written. */
    @Override
    public void encode(BsonWriter writer, T value, EncoderContext context) {
        throw new UnsupportedOperationException("This codec for " + type.getName() + " only decodes");
    }

    @Override
    public Class<T> getEncoderClass() {
        return type;
    }

    private T build(@Nullable Object[] values) {
        for (Component component : components) {
            if (component.type().isPrimitive() && values[component.index()] == null) {
                throw new CodecConfigurationException("The document has no field " + component.field()
                        + ", or null there, and the component of " + type.getName() + " is of the primitive type "
                        + component.type());
            }
        }
        try {
            return type.cast(constructor.newInstance(values));
        } catch (ReflectiveOperationException e) {
            throw new CodecConfigurationException("The record's constructor failed", e);
        }
    }

    private Constructor<?> constructor(RecordComponent[] declared) {
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(
                    Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            return canonical;
        } catch (NoSuchMethodException | InaccessibleObjectException e) {
            throw new CodecConfigurationException("The record's constructor is not accessible: " + e.getMessage(), e);
        }
    }
}
