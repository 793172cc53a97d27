package dev.onchange.spring;

import org.bson.BsonReader;
import org.bson.BsonWriter;
import org.bson.Document;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.springframework.data.mongodb.core.convert.MongoConverter;

/** Reads documents of one class by Spring Data's converter. */
final class SpringDataCodec<T> implements Codec<T> {

    private final Class<T> type;
    private final MongoConverter converter;
    private final Codec<Document> documents;

    SpringDataCodec(Class<T> type, MongoConverter converter, Codec<Document> documents) {
        this.type = type;
        this.converter = converter;
        this.documents = documents;
    }

    @Override
    public T decode(BsonReader reader, DecoderContext context) {
        return converter.read(type, documents.decode(reader, context));
    }

    @Override
    public void encode(BsonWriter writer, T value, EncoderContext context) {
        Document document = new Document();
        converter.write(value, document);
        documents.encode(writer, document, context);
    }

    @Override
    public Class<T> getEncoderClass() {
        return type;
    }
}
