package dev.onchange.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoClientSettings;
import dev.onchange.ChangeEvent;
import dev.onchange.PayloadException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.bson.Document;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.configuration.CodecRegistries;
import org.junit.jupiter.api.Test;

class DecodeOnceTest {

    private static final int THREADS = 8;
    private static final int CHANGES = 200;

    private final Counting codec = new Counting();
    private final EventDecoder decoder = new EventDecoder(CodecRegistries.fromRegistries(
            CodecRegistries.fromCodecs(codec), MongoClientSettings.getDefaultCodecRegistry()));

    /** Has a codec that counts. */
    record Item(int qty) {}

    @Test
    void nothing_is_decoded_until_a_handler_asks_and_then_only_what_it_asks_for() {
        ChangeEvent<?> event = decoder.change(Changes.update()).event(Item.class);
        event.operation();
        event.documentKey();
        event.updateDescription();
        event.raw();
        int before = codec.decoded.get();

        Object after = event.fullDocument();

        assertThat(before).isZero();
        assertThat(after).isEqualTo(new Item(2));
        assertThat(codec.decoded).hasValue(1);
    }

    @Test
    void asking_again_gives_the_same_objects() {
        Change change = decoder.change(Changes.update());

        ChangeEvent<?> event = change.event(Item.class);

        assertThat(change.event(Item.class)).isSameAs(event);
        assertThat(event.fullDocument()).isSameAs(event.fullDocument());
        assertThat(event.fullDocumentBeforeChange()).isEqualTo(new Item(3)).isSameAs(event.fullDocumentBeforeChange());
        assertThat(event.updateDescription()).isSameAs(event.updateDescription());
        assertThat(codec.decoded).hasValue(2);
    }

    @Test
    void the_drivers_type_shares_what_is_decoded() {
        Change change = decoder.change(Changes.update());
        @SuppressWarnings("unchecked")
        Payload<Item> payload = (Payload<Item>) decoder.payload(Item.class);

        Item decoded = change.event(payload).fullDocument();

        assertThat(change.driverDocument(payload).getFullDocument()).isSameAs(decoded);
        assertThat(codec.decoded).hasValue(2);
    }

    @Test
    void each_type_is_decoded_for_itself() {
        Change change = decoder.change(Changes.update());

        change.event(Item.class).fullDocument();

        assertThat(change.event(Document.class).fullDocument()).isEqualTo(new Document("_id", 1).append("qty", 2));
        assertThat(codec.decoded).hasValue(1);
    }

    @Test
    void threads_that_ask_at_once_get_one_object() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier together = new CyclicBarrier(THREADS);
            for (int i = 0; i < CHANGES; i++) {
                Change change = decoder.change(Changes.update());
                List<Future<Object>> payloads = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    payloads.add(threads.submit(() -> {
                        together.await(10, TimeUnit.SECONDS);
                        return change.event(Item.class).fullDocument();
                    }));
                }
                Object first = payloads.get(0).get();
                for (Future<Object> payload : payloads) {
                    assertThat(payload.get()).isSameAs(first);
                }
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(codec.decoded).hasValue(CHANGES);
    }

    @Test
    void a_document_that_cannot_be_decoded_is_tried_once_and_fails_for_everyone_who_asks() {
        ChangeEvent<?> event = decoder.change(Changes.insert("{qty: 'many'}")).event(Item.class);

        assertThatThrownBy(event::fullDocument).isInstanceOf(PayloadException.class);
        assertThatThrownBy(event::fullDocument)
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("fullDocument")
                .hasMessageContaining(Item.class.getTypeName());
        assertThat(event.documentKey()).isNotNull();
        assertThat(codec.decoded).hasValue(1);
    }

    private static final class Counting implements Codec<Item> {

        final AtomicInteger decoded = new AtomicInteger();

        @Override
        public Item decode(BsonReader reader, DecoderContext context) {
            decoded.incrementAndGet();
            Item item = null;
            reader.readStartDocument();
            while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
                if (reader.readName().equals("qty")) {
                    item = new Item(reader.readInt32());
                } else {
                    reader.skipValue();
                }
            }
            reader.readEndDocument();
            return item;
        }

        @Override
        public void encode(BsonWriter writer, Item value, EncoderContext context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Class<Item> getEncoderClass() {
            return Item.class;
        }
    }
}
