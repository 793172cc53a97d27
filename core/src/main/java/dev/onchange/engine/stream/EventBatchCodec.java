package dev.onchange.engine.stream;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import java.util.function.Supplier;
import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.RawBsonDocumentCodec;
import org.bson.io.BsonInput;
import org.bson.io.BsonInputMark;
import org.jspecify.annotations.Nullable;

/**
 * Decodes all events of a reply at once, as if they were one: asked for the first event of the reply's array, it reads those
 * that follow it too. Event by event the driver's loops and its queue cost more than copying the bytes (D61). Each event
 * is copied once, to an array of its size, so that none holds on to the others: here, or, if a command listener has been given the
 * reply's bytes, where the events are wanted.
 */
final class EventBatchCodec implements Codec<EventBatch> {

    private static final int LENGTH = 4;
    private static final int FEW = 16;

    private final RawBsonDocumentCodec documents = new RawBsonDocumentCodec();

    private final Supplier<@Nullable ReplyEvents> copies;

    /** Batches that follow each other tend to be as large. */
    private volatile int lastSize = FEW;

    /** @param copies gives the events of the reply that is decoded, as the driver has copied them; null if it has not */
    EventBatchCodec(Supplier<@Nullable ReplyEvents> copies) {
        this.copies = copies;
    }

    @Override
    public EventBatch decode(BsonReader reader, DecoderContext context) {
        boolean inReply = reader.getCurrentBsonType() == BsonType.DOCUMENT;
        return inReply && reader instanceof BsonBinaryReader binary ? batch(binary) : alone(reader, context);
    }

    @Override
    public void encode(BsonWriter writer, EventBatch value, EncoderContext context) {
        throw new UnsupportedOperationException("Events are only read");
    }

    @Override
    public Class<EventBatch> getEncoderClass() {
        return EventBatch.class;
    }

    /** The reader is at the value of an array's element, and afterwards behind the last one. */
    private EventBatch batch(BsonBinaryReader reader) {
        BsonInput input = reader.getBsonInput();
        BsonInputMark first = input.getMark(Integer.MAX_VALUE);
        ReplyEvents copied = copied(input);
        first.reset();
        EventBatch batch = copied == null ? new EventBatch(lastSize) : new EventBatch(copied);
        int lastAt = copied == null ? read(input, batch) : copied.lastAt();
        // The reader takes it that it was asked for one value: that is the last one.
        first.reset();
        input.skip(lastAt);
        reader.skipValue();
        return batch;
    }

    private @Nullable ReplyEvents copied(BsonInput input) {
        ReplyEvents events = copies.get();
        return events != null && events.areAt(input) ? events : null;
    }

    /** Reads the events; gives where the last one begins, the first one's beginning being 0. */
    private int read(BsonInput input, EventBatch batch) {
        int firstAt = input.getPosition();
        int lastAt = firstAt;
        batch.add(event(input));
        while (input.readByte() == BsonType.DOCUMENT.getValue()) {
            input.skipCString();
            lastAt = input.getPosition();
            batch.add(event(input));
        }
        lastSize = batch.size();
        return lastAt - firstAt;
    }

    private static byte[] event(BsonInput input) {
        int size = input.readInt32();
        byte[] bytes = new byte[size];
        Raw.putInt32(bytes, 0, size);
        input.readBytes(bytes, LENGTH, size - LENGTH);
        return bytes;
    }

    private EventBatch alone(BsonReader reader, DecoderContext context) {
        EventBatch batch = new EventBatch(1);
        batch.add(RawBytes.copy(documents.decode(reader, context)));
        return batch;
    }
}
