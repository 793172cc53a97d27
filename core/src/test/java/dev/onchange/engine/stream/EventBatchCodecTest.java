package dev.onchange.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.engine.bson.RawBytes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventBatchCodecTest {

    private static final String REPLY = "{cursor: {nextBatch: ["
            + "{_id: {_data: '%1$s1'}, a: 1}, {_id: {_data: '%1$s2'}, b: 'long'}],"
            + " ns: 'shop.items', id: {$numberLong: '7'}}}";

    private final RawBsonDocument reply = raw(REPLY.formatted("x"));

    @Test
    void events_of_a_reply_that_a_command_listener_was_given_are_copied_when_they_are_wanted() {
        EventBatch batch = decoded(() -> events(reply));

        assertThat(batch.size()).isEqualTo(2);
        assertThat(texts(batch)).containsExactly("x1", "x2");
        assertThat(batch.events()).isSameAs(batch.events());
    }

    @Test
    void events_are_read_from_the_reply_itself_if_no_command_listener_was_given_it() {
        assertThat(texts(decoded(() -> null))).containsExactly("x1", "x2");
    }

    @Test
    void events_of_another_reply_are_not_taken_for_those_of_this_one() {
        assertThat(texts(decoded(() -> events(raw(REPLY.formatted("y")))))).containsExactly("x1", "x2");
    }

    /** Reads the reply as the driver does, to its end. */
    private EventBatch decoded(Supplier<@Nullable ReplyEvents> copies) {
        BsonBinaryReader reader = new BsonBinaryReader(
                ByteBuffer.wrap(RawBytes.array(reply), RawBytes.offset(reply), RawBytes.length(reply)));
        reader.readStartDocument();
        reader.readName("cursor");
        reader.readStartDocument();
        reader.readName("nextBatch");
        reader.readStartArray();
        reader.readBsonType();
        EventBatch batch = new EventBatchCodec(copies)
                .decode(reader, DecoderContext.builder().build());
        reader.readBsonType();
        reader.readEndArray();
        assertThat(reader.readString("ns")).isEqualTo("shop.items");
        assertThat(reader.readInt64("id")).isEqualTo(7);
        reader.readEndDocument();
        reader.readEndDocument();
        return batch;
    }

    private static @Nullable ReplyEvents events(RawBsonDocument of) {
        return CursorReply.of("getMore", of).events();
    }

    private static List<String> texts(EventBatch batch) {
        return batch.events().stream()
                .map(RawBsonDocument::new)
                .map(event -> event.getDocument("_id").getString("_data").getValue())
                .toList();
    }

    private static RawBsonDocument raw(String json) {
        return new RawBsonDocument(BsonDocument.parse(json), new BsonDocumentCodec());
    }
}
