package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import java.util.Locale;
import java.util.ServiceLoader;
import javax.annotation.processing.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnChangeProcessorTest {

    private static final String METHOD = "void on(ChangeEvent<Item> change) {}";

    /** Each rule: its code, attributes that keep it, the same on two lines, of which the second breaks it. */
    @ParameterizedTest(name = "{0} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ONC-1101 | operation = "delete"                    | operation = {"insert", "remove"}
            ONC-1101 | operation = "insert, update"            | operation = "insert, updaet"
            ONC-1101 | operation = "${ops:insert,update}"      | operation = "insert,,update"
            ONC-1113 | operation = "create", expandedEvents = true | operation = "create"
            ONC-1113 | operation = "drop"                      | operation = "dropDatabase"
            ONC-1110 | id = "low-stock"                        | id = " "
            ONC-1115 | database = "shop"                       | database = "admin"
            ONC-1115 | database = "${database}"                | database = "my shop"
            ONC-1110 | concurrency = 4                         | concurrency = 0
            ONC-1113 | ordering = Ordering.BY_KEY, concurrency = 2 | ordering = Ordering.STREAM, concurrency = 2
            ONC-1110 | partitions = 8                          | partitions = 6
            ONC-1125 | partitions = 1, ordering = Ordering.STREAM | partitions = 2, ordering = Ordering.STREAM
            ONC-1125 | sharing = Sharing.BROADCAST, exhausted = Exhausted.SKIP | sharing = Sharing.BROADCAST
            ONC-1110 | `id = "stock|low"` | `id = "stock|1/2"`
            ONC-1110 | retry = @Retry(attempts = 3)            | retry = @Retry(attempts = 0)
            ONC-1110 | retry = @Retry(multiplier = 1)          | retry = @Retry(multiplier = 0.5)
            ONC-1110 | retry = @Retry(jitter = 0)              | retry = @Retry(jitter = 1.5)
            ONC-1110 | retry = @Retry(backoff = "PT0.5S")      | retry = @Retry(backoff = "5 moments")
            ONC-1110 | retry = @Retry(maxBackoff = "${max}")   | retry = @Retry(backoff = "2m", maxBackoff = "1m")
            ONC-1113 | retry = @Retry(attempts = 1)            | retry = @Retry(attempts = 1, backoff = "1s")
            ONC-1113 | retry = @Retry(attempts = 1, stopOn = Error.class) | retry = @Retry(attempts = 1, except = Error.class)
            ONC-1110 | retry = @Retry(stopOn = Error.class)    | retry = @Retry(on = Error.class, stopOn = {Exception.class, Error.class})
            ONC-1118 | transactional = false                   | transactional = true
            ONC-1113 | fullDocument = FullDocument.UPDATE_LOOKUP | operation = "insert", fullDocument = FullDocument.UPDATE_LOOKUP
            ONC-1113 | fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED | operation = "insert", fullDocumentBeforeChange = FullDocumentBeforeChange.REQUIRED
            ONC-1104 | match = "{'ns.coll': '${coll}'}"        | match = "{'ns.coll': '${coll'"
            ONC-1104 | id = "low-${region:eu}"                 | id = "low-${ }"
            ONC-1104 | retry = @Retry(backoff = "${wait}")     | retry = @Retry(backoff = "${wait")
            ONC-1104 | operation = "\\\\${not one}, ${ops}"    | operation = "${}"
            ONC-1102 | match = "{'fullDocument.qty': {$lt: 10}}" | match = "{'fullDocument.qty': {$less: 10}}"
            ONC-1102 | match = "{'fullDocument.qty': {$lt: ${low}}}" | match = "{'fullDocument.qty': "
            ONC-1103 | pipeline = "{$project: {operationType: 1}}" | pipeline = "{$group: {_id: null}}"
            ONC-1103 | pipeline = {"{$unset: 'ns'}", "${stage}"} | pipeline = {"{$unset: 'ns'}", "{$unset: '_id'}"}
            """)
    void a_mistake_in_an_attribute_is_an_error_at_its_line(String code, String right, String wrong) {
        Compilation sound = Sources.compile(Sources.handler("collection = \"items\",\n" + right, METHOD));
        Compilation broken = Sources.compile(Sources.handler("collection = \"items\",\n" + wrong, METHOD));

        assertThat(Sources.errors(sound)).isEmpty();
        assertThat(Sources.errors(broken)).containsExactly("Stock.java:" + (Sources.ATTRIBUTES + 1) + " " + code);
    }

    @ParameterizedTest(name = "{0} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ONC-1115 | collection = "items"     | collection = "system.views"
            ONC-1116 | scope = Scope.DATABASE   | scope = Scope.COLLECTION
            ONC-1116 | scope = Scope.DEPLOYMENT | scope = Scope.DEPLOYMENT, database = "shop"
            ONC-1116 | collection = "items", scope = Scope.COLLECTION | collection = "items", scope = Scope.DATABASE
            """)
    void names_and_scope_fit(String code, String right, String wrong) {
        Compilation sound = Sources.compile(Sources.handler(right, METHOD));
        Compilation broken = Sources.compile(Sources.handler(wrong, METHOD));

        assertThat(Sources.errors(sound)).isEmpty();
        assertThat(Sources.errors(broken)).containsExactly("Stock.java:" + Sources.ATTRIBUTES + " " + code);
    }

    @ParameterizedTest(name = "{0} {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ONC-1105 | 14 | operation = "insert"                    | private void on(Item item) {}          | void on(Item item) {}
            ONC-1105 | 14 | operation = "insert"                    | static void on(Map<String, ?> item) {} | void on(Map<String, ?> item) {}
            ONC-1106 | 14 | operation = "insert"                    | void on(String text) {}                | void on(Document document) {}
            ONC-1106 | 14 | operation = "insert"                    | void on(BsonValue value) {}            | void on(RawBsonDocument raw) {}
            ONC-1106 | 14 | operation = "insert"                    | void on(Item item, Document document) {} | void on(Attempt attempt, Item item) {}
            ONC-1106 | 14 | operation = "insert"                    | void on(Attempt attempt, T item) {}    | <U extends Item> void on(U item) {}
            ONC-1114 | 14 | operation = "insert"                    | void on(ChangeEvent<Document> c, Item item) {} | void on(ChangeEvent<? extends Record> c, Item item) {}
            ONC-1114 | 14 | operation = "insert"                    | void on(ChangeEvent<Item> c, ChangeStreamDocument<BsonDocument> d) {} | void on(ChangeEvent<?> c, ChangeStreamDocument<? super Item> d) {}
            ONC-1106 | 14 | operation = "insert"                    | void on(Item[] items) {}               | void on() {}
            ONC-1131 | 14 | operation = "insert"                    | java.util.concurrent.Future<Item> on(Item item) { return null; } | java.util.concurrent.CompletableFuture<Item> on(Item item) { return null; }
            ONC-1131 | 14 | operation = "insert"                    | java.util.concurrent.FutureTask<Item> on(Item item) { return null; } | java.util.concurrent.Flow.Publisher<Item> on(Item item) { return null; }
            ONC-1131 | 14 | operation = "insert"                    | java.util.concurrent.Future<?> on() { return null; } | reactor.core.publisher.Mono<Void> on() { return null; }
            ONC-1113 | 13 | operation = "delete", payload = Item.class | void on(Attempt attempt) {}         | void on(ChangeEvent<Item> change) {}
            ONC-1114 | 13 | operation = "insert", payload = Document.class | void on(ChangeEvent<Item> change) {} | void on(ChangeEvent<Document> change) {}
            ONC-1117 | 13 | operation = "delete"                    | void on(Item item) {}                  | void on(ChangeStreamDocument<Item> change) {}
            ONC-1117 | 13 | operation = "insert"                    | void on(UpdateDescription what) {}     | void on(ChangeEvent<T> change) {}
            ONC-1118 | 13 | transactional = true                    | void on(Item item) {}                  | void on(Item item, ClientSession session) {}
            """)
    void a_mistake_in_a_method_is_an_error_at_its_line(
            String code, long line, String attributes, String wrong, String right) {
        Compilation sound = Sources.compile(Sources.handler(attributes, right));
        Compilation broken = Sources.compile(Sources.handler(attributes, wrong));

        assertThat(Sources.errors(sound)).isEmpty();
        assertThat(Sources.errors(broken)).containsExactly("Stock.java:" + line + " " + code);
    }

    @Test
    void an_error_says_what_where_why_and_what_was_meant() {
        Compilation compilation = Sources.compile(Sources.handler("operation = \"updaet\"", METHOD));

        assertThat(compilation.errors())
                .singleElement()
                .extracting(error -> error.getMessage(Locale.ROOT))
                .asString()
                .startsWith("ONC-1101 shop.Stock#on @OnChange(operation): The server has no operation \"updaet\"."
                        + " Did you mean \"update\"?");
    }

    @Test
    void a_broken_filter_is_shown_with_line_and_column() {
        Compilation compilation = Sources.compile(Sources.handler("match = \"{'ns.coll': 'items'\"", METHOD));

        assertThat(compilation.errors())
                .singleElement()
                .extracting(error -> error.getMessage(Locale.ROOT))
                .asString()
                .contains("shop.Stock#on @OnChange(match): At line 1, column ");
    }

    @Test
    void repeated_annotations_are_checked_each_for_itself_and_reported_at_the_method() {
        Compilation compilation = Sources.compile(JavaFileObjects.forSourceString("shop.Twice", """
                package shop;

                import dev.onchange.*;

                class Twice {
                    @OnChange(id = "one", collection = "items")
                    @OnChange(
                            collection = "items",
                            concurrency = 0)
                    void sound() {}

                    @OnChange(collection = "items")
                    @OnChange(collection = "orders")
                    void nameless() {}
                }
                """));

        assertThat(Sources.errors(compilation))
                .containsExactlyInAnyOrder("Twice.java:10 ONC-1110", "Twice.java:14 ONC-1107");
    }

    @Test
    void what_a_type_variable_stands_for_is_judged_in_the_class_that_decides_it() {
        Compilation compilation = Sources.compile(JavaFileObjects.forSourceString("shop.Generic", """
                package shop;

                import dev.onchange.*;
                import org.bson.Document;

                class Generic {
                    record Item(int qty) {}

                    abstract static class Base<T> {
                        @OnChange(collection = "items")
                        void on(T item) {}

                        @OnChange(collection = "items", payload = Item.class)
                        void changed(ChangeEvent<T> change) {}
                    }

                    static class Items extends Base<Item> {}

                    static class Documents extends Base<Document> {}

                    static class Texts extends Base<String> {
                        @Override
                        void changed(ChangeEvent<String> change) {}
                    }
                }
                """));

        assertThat(Sources.errors(compilation))
                .containsExactlyInAnyOrder(
                        "Generic.java:19 ONC-1114", "Generic.java:21 ONC-1106", "Generic.java:23 ONC-1114");
    }

    @Test
    void a_method_that_goes_on_after_it_has_returned_has_to_tell_its_end() {
        Compilation compilation = Sources.compile(
                JavaFileObjects.forSourceString("org.springframework.scheduling.annotation.Async", """
                        package org.springframework.scheduling.annotation;

                        public @interface Async {}
                        """),
                JavaFileObjects.forSourceString("shop.Later", """
                        package shop;

                        import dev.onchange.*;
                        import java.util.concurrent.CompletableFuture;
                        import org.springframework.scheduling.annotation.Async;

                        class Later {
                            @Async
                            @OnChange(collection = "items")
                            CompletableFuture<Void> awaited() { return null; }

                            @Eventually
                            @OnChange(collection = "items")
                            void forgotten() {}

                            @Async
                            @interface Eventually {}
                        }
                        """));

        assertThat(Sources.errors(compilation)).containsExactly("Later.java:14 ONC-1131");
    }

    @Test
    void all_parameters_that_are_possible_are_named_in_one_message() {
        Compilation compilation = Sources.compile(Sources.handler("operation = \"insert\"", "void on(String text) {}"));

        assertThat(compilation.errors())
                .singleElement()
                .extracting(error -> error.getMessage(Locale.ROOT))
                .asString()
                .contains("Nothing supplies the type java.lang.String")
                .contains("ChangeEvent<T>", "ChangeStreamDocument<T>", "the document T itself", "UpdateDescription")
                .contains("dev.onchange.Attempt", "ClientSession");
    }

    @Test
    void a_parameter_of_the_wrong_package_is_said_to_be_one_of_ours() {
        Compilation compilation = Sources.compile(
                Sources.handler("operation = \"insert\"", "void on(Attempt attempt, String text) {} class Attempt {}"));

        assertThat(Sources.errors(compilation)).containsExactly("Stock.java:14 ONC-1106");
    }

    @Test
    void two_handlers_of_a_class_with_one_id_are_an_error_at_the_second() {
        Compilation compilation = Sources.compile(JavaFileObjects.forSourceString("shop.Same", """
                package shop;

                import dev.onchange.*;

                class Same {
                    @OnChange(id = "one", collection = "items")
                    void first(ChangeEvent<?> change) {}

                    @OnChange(collection = "orders",
                            id = "one")
                    void second(ChangeEvent<?> change, Attempt attempt) {}

                    @OnChange(id = "${one}")
                    void open() {}

                    @OnChange
                    void overloaded(ChangeEvent<?> change) {}

                    @OnChange
                    void overloaded() {}
                }
                """));

        assertThat(Sources.errors(compilation))
                .containsExactlyInAnyOrder("Same.java:10 ONC-1107", "Same.java:19 ONC-1107");
        assertThat(compilation.errors().get(0).getMessage(Locale.ROOT))
                .contains("shop.Same#first(ChangeEvent); shop.Same#second(ChangeEvent,Attempt)");
    }

    @Test
    void a_place_in_a_text_block_is_counted_from_its_first_line() {
        Compilation compilation = Sources.compile(Sources.handler("""
                collection = "items",
                match = \"\"\"
                        {
                          'fullDocument.qty': { $lt: 10 },
                          'ns.coll': 'items'
                        \"\"\"""", METHOD));

        assertThat(Sources.errors(compilation)).containsExactly("Stock.java:14 ONC-1102");
        assertThat(compilation.errors().get(0).getMessage(Locale.ROOT)).contains("At line 3, column 21");
    }

    @Test
    void what_javac_cannot_understand_is_left_to_javac() {
        Compilation compilation = Sources.compile(Sources.handler("operation = Missing.OPERATION", METHOD));

        assertThat(Sources.errors(compilation)).isNotEmpty().noneMatch(error -> error.contains("ONC-"));
    }

    @Test
    void javac_finds_the_processor_as_a_service() {
        assertThat(ServiceLoader.load(Processor.class)).hasAtLeastOneElementOfType(OnChangeProcessor.class);
    }

    @Test
    void a_misspelt_stage_is_said_with_the_one_that_was_meant() {
        Compilation compilation = Sources.compile(Sources.handler(
                "collection = \"items\", pipeline = \"{$projet: {operationType: 1}}\"",
                "void on(ChangeEvent<?> change) {}"));

        assertThat(compilation.errors().get(0).getMessage(Locale.ROOT)).contains("Did you mean \"$project\"?");
    }
}
