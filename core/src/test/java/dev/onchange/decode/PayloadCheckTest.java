package dev.onchange.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.gridfs.model.GridFSFile;
import dev.onchange.invoke.Specs;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.scan.HandlerTarget;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.pojo.PojoCodecProvider;
import org.bson.codecs.pojo.annotations.BsonDiscriminator;
import org.bson.codecs.pojo.annotations.BsonId;
import org.bson.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PayloadCheckTest {

    private static final String PROJECT = "{$project: {fullDocument_id: '$fullDocument._id', a: 1, b: 1}}";

    private final PayloadCheck check = new PayloadCheck(Changes.decoder());

    interface Priced {
        int getPrice();
    }

    @BsonDiscriminator
    interface Known {
        int getPrice();
    }

    public abstract static class Half {
        public int price;
    }

    public static class NoConstructor {
        public int price;

        public NoConstructor(int price) {
            this.price = price;
        }
    }

    public static class Box<T> {
        public T content;
    }

    static class Hidden {
        public int price;
    }

    static final class Strict {
        public int price;

        Strict() {
            throw new IllegalStateException("only with a price");
        }
    }

    record WithInterface(String sku, Priced price) {}

    record WithAnything(Object value) {}

    record Nested(List<String> tags, WithAnything inner) {}

    record Tree(int value, Tree left, Tree right) {}

    record Row(String fullDocument_id, int a) {}

    record RowWithId(String _id, int a) {}

    record RowWithToken(@BsonId BsonDocument token, int a) {}

    public static class PojoRow {
        public String id;
        public int a;
    }

    static List<Type> sound() {
        return List.of(
                Document.class,
                BsonDocument.class,
                RawBsonDocument.class,
                Map.class,
                JsonObject.class,
                GridFSFile.class,
                Object.class,
                Row.class,
                Tree.class,
                Hidden.class,
                Strict.class,
                Known.class,
                PojoRow.class);
    }

    static List<Type> unsound() {
        return List.of(
                Priced.class,
                Half.class,
                NoConstructor.class,
                Box.class,
                WithInterface.class,
                WithAnything.class,
                Nested.class,
                String.class,
                int.class,
                List.class,
                Document[].class,
                Optional.class,
                Runnable.class,
                Thread.State.class);
    }

    @ParameterizedTest
    @MethodSource("sound")
    void a_type_that_can_be_decoded_passes(Type type) {
        assertThat(check.check(handler(type))).isNull();
    }

    @ParameterizedTest
    @MethodSource("unsound")
    void a_type_that_cannot_be_decoded_is_refused_and_named(Type type) {
        Problem problem = check.check(handler(type));

        assertThat(problem).isNotNull();
        assertThat(problem.code()).isEqualTo(ProblemCode.UNDECODABLE_PAYLOAD);
        assertThat(problem.where()).isEqualTo("audit");
        assertThat(problem.what())
                .contains(type.getTypeName())
                .doesNotContain("\n", "CodecCacheKey")
                .doesNotEndWith("..");
        assertThat(problem.todo()).isNotBlank();
    }

    @Test
    void the_component_that_has_no_codec_is_named() {
        assertThat(check.check(handler(WithInterface.class)).what())
                .contains("component price")
                .contains(Priced.class.getName());
        assertThat(check.check(handler(Nested.class)).what()).contains("java.lang.Object");
    }

    @Test
    void a_class_that_is_not_public_is_refused_if_the_client_has_a_pojo_codec_of_its_own_which_cannot_use_it() {
        PayloadCheck own = new PayloadCheck(new EventDecoder(CodecRegistries.fromRegistries(
                MongoClientSettings.getDefaultCodecRegistry(),
                CodecRegistries.fromProviders(
                        PojoCodecProvider.builder().automatic(true).build()))));

        assertThat(own.check(handler(Hidden.class)).what()).contains("not public");
        assertThat(own.check(handler(PojoRow.class))).isNull();
    }

    @Test
    void a_payload_that_is_the_whole_event_must_have_room_for_the_token_if_it_has_an_id() {
        assertThat(check.check(Specs.piped(handler(Row.class), PROJECT))).isNull();
        assertThat(check.check(Specs.piped(handler(RowWithToken.class), PROJECT)))
                .isNull();
        assertThat(check.check(Specs.piped(handler(Document.class), PROJECT))).isNull();
        assertThat(check.check(Specs.piped(handler(RowWithId.class), PROJECT)).what())
                .contains("_id")
                .contains("resume token");
        assertThat(check.check(Specs.piped(handler(PojoRow.class), PROJECT)).what())
                .contains("resume token");
        assertThat(check.check(Specs.piped(handler(RowWithId.class), "{$match: {}}")))
                .isNull();
    }

    private static HandlerSpec handler(Type payload) {
        return Specs.spec(new HandlerTarget.OfFunction("audit", event -> null), payload);
    }
}
