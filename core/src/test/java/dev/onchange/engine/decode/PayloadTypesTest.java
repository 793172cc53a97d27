package dev.onchange.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoClientSettings;
import dev.onchange.PayloadException;
import dev.onchange.engine.bson.RawBytes;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.pojo.annotations.BsonCreator;
import org.bson.codecs.pojo.annotations.BsonId;
import org.bson.codecs.pojo.annotations.BsonProperty;
import org.bson.codecs.pojo.annotations.BsonRepresentation;
import org.junit.jupiter.api.Test;

/** To which types a document can be decoded. */
class PayloadTypesTest {

    private static final String ITEM =
            "{_id: 1, sku: 'a', qty: 3, size: {w: 4, h: 5}, tags: ['x', 'y'], unknown: true}";

    private final EventDecoder decoder = Changes.decoder();

    public record PublicItem(@BsonId int key, String sku, int qty, PublicSize size, List<String> tags) {}

    public record PublicSize(int w, int h) {}

    private record Item(
            @BsonId int key, @BsonProperty("sku") String name, long qty, Size size, Set<String> tags) {}

    private record Size(int w, int h) {}

    record Page<T>(T size, List<T> all, Map<String, T> named) {}

    record Ref(
            @BsonId @BsonRepresentation(BsonType.OBJECT_ID) String id) {}

    record Refusing(String sku) {
        Refusing {
            throw new IllegalArgumentException("no " + sku);
        }
    }

    public static class PublicPojo {
        private int qty;
        public String sku;

        public int getQty() {
            return qty;
        }

        public void setQty(int qty) {
            this.qty = qty;
        }
    }

    private static class Pojo extends Base {
        private int qty;
        public String sku;
        public List<Integer> numbers;
        private Size size;

        public int getQty() {
            return qty;
        }

        public void setQty(int qty) {
            this.qty = qty;
        }

        public Size getSize() {
            return size;
        }

        public void setSize(Size size) {
            this.size = size;
        }
    }

    static class Base {
        @BsonId
        public int key;
    }

    public static final class Created {
        private final String sku;

        @BsonCreator
        public Created(@BsonProperty("sku") String sku) {
            this.sku = sku;
        }

        public String getSku() {
            return sku;
        }
    }

    /** Signatures to take generic types from. */
    interface Signatures {
        void numbers(Map<String, Integer> payload);

        void anything(Map<String, Object> payload);

        void whatever(Map<String, ?> payload);

        void page(Page<Size> payload);
    }

    @Test
    void a_public_record() {
        assertThat(decoded(PublicItem.class, ITEM))
                .isEqualTo(new PublicItem(1, "a", 3, new PublicSize(4, 5), List.of("x", "y")));
    }

    @Test
    void a_record_that_is_not_public_follows_the_drivers_rules() {
        assertThat(decoded(Item.class, ITEM)).isEqualTo(new Item(1, "a", 3, new Size(4, 5), Set.of("x", "y")));
        assertThat(decoded(Item.class, "{_id: 1, qty: 3}")).isEqualTo(new Item(1, null, 3, null, null));
        assertThat(decoded(Item.class, "{_id: 1, sku: null, qty: 3}")).isEqualTo(new Item(1, null, 3, null, null));
        assertThat(decoded(Ref.class, "{_id: {$oid: '0123456789abcdef01234567'}}"))
                .isEqualTo(new Ref("0123456789abcdef01234567"));
    }

    @Test
    void a_generic_record() {
        assertThat(decoded(type("page"), "{size: {w: 1, h: 2}, all: [{w: 3, h: 4}], named: {b: {w: 5, h: 6}}}"))
                .isEqualTo(new Page<>(new Size(1, 2), List.of(new Size(3, 4)), Map.of("b", new Size(5, 6))));
    }

    @Test
    void a_record_without_a_value_for_a_primitive_says_which() {
        assertThatThrownBy(() -> decoded(Item.class, "{_id: 1}"))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("insert in shop.items of {\"_id\": 1}")
                .hasMessageContaining(Item.class.getTypeName())
                .hasMessageContaining("no field qty");
    }

    @Test
    void a_public_record_says_which_field_fails_too() {
        assertThatThrownBy(() -> decoded(PublicItem.class, "{_id: 1}"))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("no field qty")
                .hasMessageContaining("primitive type int");
        assertThatThrownBy(() -> decoded(PublicItem.class, "{_id: 1, qty: 1, size: {w: 'wide', h: 1}}"))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("field size: field w: ");
    }

    @Test
    void a_constructor_that_refuses_is_the_cause() {
        assertThatThrownBy(() -> decoded(Refusing.class, "{sku: 'a'}"))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("constructor")
                .hasMessageEndingWith("Exception: no a)")
                .hasRootCauseMessage("no a");
    }

    @Test
    void a_public_class() {
        assertThat(decoded(PublicPojo.class, ITEM)).isInstanceOfSatisfying(PublicPojo.class, item -> {
            assertThat(item.getQty()).isEqualTo(3);
            assertThat(item.sku).isEqualTo("a");
        });
        assertThat(decoded(Created.class, ITEM))
                .isInstanceOfSatisfying(
                        Created.class, item -> assertThat(item.getSku()).isEqualTo("a"));
    }

    @Test
    void a_class_that_is_not_public() {
        assertThat(decoded(Pojo.class, "{_id: 1, sku: 'a', qty: 3, size: {w: 4, h: 5}, numbers: [7]}"))
                .isInstanceOfSatisfying(Pojo.class, item -> {
                    assertThat(item.key).isEqualTo(1);
                    assertThat(item.getQty()).isEqualTo(3);
                    assertThat(item.sku).isEqualTo("a");
                    assertThat(item.getSize()).isEqualTo(new Size(4, 5));
                    assertThat(item.numbers).containsExactly(7);
                });
    }

    @Test
    void documents_and_maps() {
        assertThat(decoded(Document.class, "{sku: 'a', n: [1]}"))
                .isEqualTo(new Document("sku", "a").append("n", List.of(1)));
        assertThat(decoded(BsonDocument.class, "{sku: 'a'}")).isEqualTo(BsonDocument.parse("{sku: 'a'}"));
        assertThat(decoded(Map.class, "{sku: 'a', n: 1}")).isEqualTo(Map.of("sku", "a", "n", 1));
        assertThat(decoded(type("numbers"), "{a: 1, b: 2}")).isEqualTo(Map.of("a", 1, "b", 2));
        assertThat(decoded(type("anything"), "{a: 1, b: ['x']}")).isEqualTo(Map.of("a", 1, "b", List.of("x")));
        assertThat(decoded(type("whatever"), "{a: 1}")).isEqualTo(Map.of("a", 1));
    }

    @Test
    void no_particular_type_is_a_document() {
        assertThat(decoded(Object.class, "{sku: 'a'}")).isEqualTo(new Document("sku", "a"));
    }

    @Test
    void a_raw_document_is_a_view_of_the_event() {
        Change change = decoder.change(Changes.insert(ITEM));

        Object payload = change.event(RawBsonDocument.class).fullDocument();

        assertThat(payload).isEqualTo(BsonDocument.parse(ITEM)).isInstanceOf(RawBsonDocument.class);
        assertThat(RawBytes.array((RawBsonDocument) payload))
                .isSameAs(RawBytes.array(change.raw().document()));
    }

    @Test
    void the_clients_own_codec_comes_first() {
        EventDecoder own = new EventDecoder(CodecRegistries.fromRegistries(
                CodecRegistries.fromCodecs(new SizeCodec()), MongoClientSettings.getDefaultCodecRegistry()));

        assertThat(own.change(Changes.insert("{area: 12}")).event(Size.class).fullDocument())
                .isEqualTo(new Size(12, 1));
        assertThat(own.change(Changes.insert("{_id: 1, qty: 2, size: {area: 12}}"))
                        .event(Item.class)
                        .fullDocument())
                .isEqualTo(new Item(1, null, 2, new Size(12, 1), null));
    }

    private Object decoded(Type type, String document) {
        return decoder.change(Changes.insert(document)).event(type).fullDocument();
    }

    private static Type type(String signature) {
        return Arrays.stream(Signatures.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(signature))
                .map(method -> method.getGenericParameterTypes()[0])
                .findFirst()
                .orElseThrow();
    }

    private static final class SizeCodec implements Codec<Size> {

        @Override
        public Size decode(BsonReader reader, DecoderContext context) {
            reader.readStartDocument();
            Size size = new Size(reader.readInt32("area"), 1);
            reader.readEndDocument();
            return size;
        }

        @Override
        public void encode(BsonWriter writer, Size value, EncoderContext context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Class<Size> getEncoderClass() {
            return Size.class;
        }
    }
}
