package dev.onchange.engine.decode;

import java.lang.reflect.Type;
import org.bson.RawBsonDocument;
import org.bson.codecs.Codec;
import org.bson.codecs.configuration.CodecRegistry;

/** How documents become objects of one type; one per type and {@link EventDecoder}. */
final class Decoding<T> {

    private final Type type;
    private final Codec<T> codec;
    private final boolean raw;

    /** @throws org.bson.codecs.configuration.CodecConfigurationException if the registry has no codec for the type */
    @SuppressWarnings("unchecked")
    Decoding(Type type, CodecRegistry registry) {
        this.type = type;
        this.codec = (Codec<T>) PayloadTypes.codec(type, registry);
        this.raw = type == RawBsonDocument.class;
    }

    /** The document as it is for {@code RawBsonDocument}: a view of the event's own bytes. */
    @SuppressWarnings("unchecked")
    T decode(RawBsonDocument document) {
        return raw ? (T) document : document.decode(codec);
    }

    Type type() {
        return type;
    }

    Codec<T> codec() {
        return codec;
    }

    @Override
    public String toString() {
        return type.getTypeName();
    }
}
