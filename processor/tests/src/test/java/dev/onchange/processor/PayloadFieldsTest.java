package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Warnings about fields that the payload type does not have. */
class PayloadFieldsTest {

    private static Compilation compile(String annotation, String match, String method) {
        return Sources.compile(JavaFileObjects.forSourceString("shop.Stock", """
                package shop;

                import com.mongodb.client.model.changestream.*;
                import dev.onchange.*;
                import java.util.*;
                import org.bson.*;
                import org.bson.codecs.pojo.annotations.*;

                class Stock {
                    record Item(@BsonId String sku, int qty, @BsonProperty("ctry") String country, Size size,
                            List<Size> sizes, Map<String, Integer> counts, Shape shape, Document free) {}

                    static class Size {
                        private int height;
                        private String colour;
                        private String id;
                        public int getWidth() { return 1; }
                        public void setWidth(int width) {}
                        @BsonProperty("col") public String getColour() { return colour; }
                    }

                    interface Shape {}

                    static class Big extends Size {
                        private int volume;
                    }

                    %s
                    @OnChange(collection = "items", fullDocument = FullDocument.UPDATE_LOOKUP, fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED,
                            match = "%s")
                    %s

                    @BsonDiscriminator(key = "kind") static class Vehicle { private int wheels; }

                    @BsonDiscriminator record Car(int wheels) {}

                    static class Loose {
                        private int known;
                        @BsonExtraElements private Document rest;
                    }

                    static class Made {
                        private final int weight;
                        @BsonCreator Made(@BsonProperty("kg") int weight) { this.weight = weight; }
                    }
                }
                """.formatted(annotation, match, method)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'fullDocument.qty': {$lt: 10}}
            {'fullDocument._id': 'nails'}
            {'fullDocument.ctry': 'de'}
            {'fullDocument.size.height': 1, 'fullDocument.size.width': 2}
            {'fullDocument.size.col': 'red', 'fullDocument.size._id': 'a'}
            {'fullDocument.sizes.0.height': 1}
            {'fullDocument.sizes': {$elemMatch: {height: 1}}}
            {'fullDocument.counts.anything': 1, 'fullDocument.free.what': 2, 'fullDocument.shape.corners': 3}
            {'updateDescription.updatedFields.qty': {$exists: true}}
            {$expr: {$gt: ['$fullDocument.qty', 3]}}
            {operationType: 'insert', 'documentKey.ctry': 'eu', 'documentKey._id': 'a', 'ns.coll': 'items'}
            {'updateDescription.truncatedArrays.0.field': 'tags', 'updateDescription.removedFields.0': 'tags'}
            {'updateDescription.truncatedArrays': {$elemMatch: {newSize: 1}}, 'lsid.id': 1, '_id._data': 'a'}
            {$or: [{'updateDescription.disambiguatedPaths.any': 1}, {'operationDescription.any': 1}, {'to.coll': 'other'}]}
            """)
    void fields_of_records_and_classes_are_known(String match) {
        Compilation compilation = compile("", match, "void on(ChangeEvent<Item> change) {}");

        assertThat(Sources.errors(compilation)).isEmpty();
        assertThat(Sources.warnings(compilation)).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'fullDocument.qyt': {$lt: 10}}                        | Item | qyt     | qty
            {'fullDocument.sku': 'nails'}                          | Item | sku     | _id
            {'fullDocument.country': 'de'}                         | Item | country | ctry
            {$or: [{'fullDocument.qty': 1}, {'fullDocument.qtys': 2}]} | Item | qtys | qty
            {'fullDocument.size.hight': 1}                         | Size | hight   | height
            {'fullDocument.size.id': 'a'}                          | Size | id      | _id
            {'fullDocument.sizes.0.colour': 'red'}                 | Size | colour  | col
            {'fullDocument.sizes': {$elemMatch: {widht: 1}}}       | Size | widht   | width
            {'fullDocumentBeforeChange.qtty': {$lt: 10}}           | Item | qtty    | qty
            {'updateDescription.updatedFields.qtyy': {$lt: 10}}    | Item | qtyy    | qty
            {$expr: {$gt: ['$fullDocument.qt', 3]}}                | Item | qt      | qty
            """)
    void a_field_that_is_missing_is_a_warning_at_the_filter(String match, String type, String name, String meant) {
        Compilation compilation = compile("", match, "void on(ChangeEvent<Item> change) {}");

        assertThat(Sources.errors(compilation)).isEmpty();
        assertThat(Sources.warnings(compilation)).containsExactly("Stock.java:30 ONC-1132");
        assertThat(compilation.warnings())
                .extracting(warning -> warning.getMessage(Locale.ROOT))
                .anyMatch(text -> text.contains("decoded to " + type + ", which has no field \"" + name
                        + "\". Did you mean \"" + meant + "\"?"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            void on(Item item) {}                                      | 1
            void on(ChangeStreamDocument<Item> change) {}              | 1
            void on(Attempt attempt, ChangeEvent<Big> change) {}       | 1
            void on(ChangeEvent<Document> change) {}                   | 0
            void on(ChangeEvent<?> change) {}                          | 0
            void on(Shape shape) {}                                    | 0
            void on(Map<String, Object> map) {}                        | 0
            void on() {}                                               | 0
            """)
    void the_type_is_found_in_the_signature(String method, int warnings) {
        Compilation compilation = compile("", "{'fullDocument.nothing': 1}", method);

        assertThat(Sources.errors(compilation)).isEmpty();
        assertThat(Sources.warnings(compilation)).hasSize(warnings);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {qty: {$lt: 10}}                              | qty          | fullDocument.qty
            {'size.height': 1}                            | size         | fullDocument.size.height
            {operationTyp: 'insert'}                      | operationTyp | operationType
            {$or: [{fulDocument: null}, {'ns.coll': 'a'}]} | fulDocument | fullDocument
            {$expr: {$gt: ['$qty', 3]}}                   | qty          | fullDocument.qty
            """)
    void a_field_that_no_event_has_is_a_warning_at_the_filter(String match, String name, String meant) {
        Compilation compilation = compile("", match, "void on(ChangeEvent<Item> change) {}");

        assertThat(Sources.errors(compilation)).isEmpty();
        assertThat(Sources.warnings(compilation)).containsExactly("Stock.java:30 ONC-1132");
        assertThat(compilation.warnings())
                .extracting(warning -> warning.getMessage(Locale.ROOT))
                .anyMatch(text ->
                        text.contains("no field \"" + name + "\"") && text.contains("Did you mean \"" + meant + "\"?"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'fullDocument.qty': 1                 | it ends too soon: a brace, bracket or quote is missing
            {'fullDocument.qty':                   | it ends too soon: a brace, bracket or quote is missing
            {'fullDocument.qty': {$in: [1, 2}}     | extended JSON
            """)
    void a_filter_that_is_not_closed_says_so(String match, String reason) {
        Compilation compilation = compile("", match, "void on(ChangeEvent<Item> change) {}");

        assertThat(Sources.errors(compilation)).containsExactly("Stock.java:30 ONC-1102");
        assertThat(compilation.errors().get(0).getMessage(Locale.ROOT)).contains(reason);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'fullDocument.kind': 'Bus', 'fullDocument.seats': 50} | Vehicle
            {'fullDocument._t': 'Car', 'fullDocument.wheels': 4}   | Car
            {'fullDocument.anything': 1, 'fullDocument.known': 1}  | Loose
            {'fullDocument.kg': 1}                                 | Made
            """)
    void what_annotations_of_bson_say_of_further_fields_counts(String match, String type) {
        Compilation compilation = compile("", match, "void on(" + type + " document) {}");

        assertThat(Sources.errors(compilation)).isEmpty();
        assertThat(Sources.warnings(compilation)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'updateDescription.updatedField.qty': 1}         | updateDescription.updatedField | updateDescription.updatedFields
            {'updateDescription.truncatedArrays.0.size': 1}   | updateDescription.truncatedArrays.size | updateDescription.truncatedArrays.newSize
            {'ns.col': 'items'}                               | ns.col                         | ns.coll
            {'ns.collection': 'items'}                        | ns.collection                  |
            {$expr: {$eq: ['$to.database', 'shop']}}          | to.database                    |
            {'operationType.name': 'insert'}                  | operationType.name             |
            {'documentKey.region': 'eu'}                      | region                         |
            """)
    void names_within_the_fields_of_events_are_known_too(String match, String unknown, String meant) {
        Compilation compilation = compile("", match, "void on(ChangeEvent<Item> change) {}");

        assertThat(Sources.warnings(compilation)).contains("Stock.java:30 ONC-1132");
        assertThat(compilation.warnings().stream().map(warning -> warning.getMessage(Locale.ROOT)))
                .anyMatch(text -> text.startsWith("ONC-1132")
                        && text.contains("no field \"" + unknown + "\"")
                        && text.contains(meant == null ? "" : "Did you mean \"" + meant + "\"?"));
    }

    @Test
    void inherited_fields_count() {
        Compilation compilation =
                compile("", "{'fullDocument.height': 1, 'fullDocument.volume': 2}", "void on(Big big) {}");

        assertThat(Sources.warnings(compilation)).isEmpty();
    }

    @Test
    void who_knows_better_can_say_so() {
        Compilation compilation =
                compile("@SuppressWarnings(\"onchange\")", "{'fullDocument.nothing': 1}", "void on(Item item) {}");

        assertThat(Sources.warnings(compilation)).isEmpty();
    }
}
