package dev.onchange.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.gridfs.model.GridFSFile;
import dev.onchange.engine.invoke.Specs;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.HandlerTarget;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

    record WithOptional(Optional<String> sku) {}

    record WithOptionals(Map<String, List<Optional<String>>> skus) {}

    record WithZone(ZonedDateTime at) {}

    record Times(
            Instant at,
            LocalDate day,
            Date date,
            BigDecimal price,
            Thread.State state,
            List<Thread.State> states,
            UUID key,
            List<Map<String, Tree>> trees,
            Page<Tree> page) {}

    record Page<T>(T first, List<T> all) {}

    public static class PojoWithOptional {
        public Optional<String> sku;
    }

    public static class PojoWithZone {
        private ZonedDateTime at;

        public ZonedDateTime getAt() {
            return at;
        }

        public void setAt(ZonedDateTime at) {
            this.at = at;
        }
    }

    public static class PojoTimes {
        public Instant at;
        public List<Instant> all;
        public Map<String, Tree> trees;
        public Set<Thread.State> states;
        public int count;

        public Priced ignored() {
            return null;
        }
    }

    record WithPojo(PojoWithZone inner) {}

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
                Times.class,
                PojoTimes.class,
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
                WithOptional.class,
                WithOptionals.class,
                WithZone.class,
                PojoWithOptional.class,
                PojoWithZone.class,
                WithPojo.class,
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
        assertThat(check.check(handler(WithArray.class)).what()).contains("component sizes is a int[]: ");
    }

    record WithArray(int[] sizes) {}

    @Test
    void what_passes_the_check_is_decoded() {
        String document =
                "{at: {$date: 0}, day: {$date: 0}, date: {$date: 0}, price: {$numberDecimal: '1.5'}, state: 'NEW',"
                        + " states: ['NEW'], key: {$uuid: '647d1b63-6c3e-46fc-af90-2c8719d350f8'}, trees: [{a: {value:"
                        + " 1}}], page: {first: {value: 2}}, all: [{$date: 0}], count: 1}";

        for (Type type : List.of(Times.class, PojoTimes.class)) {
            Change change = Changes.decoder()
                    .change(Changes.insert(document.replace(
                            "[{a: {value: 1}}]", type == Times.class ? "[{a: {value: 1}}]" : "{a: {value: 1}}")));

            assertThat(change.event(type).fullDocument()).isNotNull();
        }
    }

    @Test
    void the_part_that_cannot_be_decoded_is_named() {
        assertThat(check.check(handler(WithOptionals.class)).what())
                .contains("component skus")
                .contains("Optional");
        assertThat(check.check(handler(WithPojo.class)).what())
                .contains("component inner")
                .contains("property at");
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
