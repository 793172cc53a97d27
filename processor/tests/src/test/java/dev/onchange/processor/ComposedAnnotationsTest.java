package dev.onchange.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import java.util.Locale;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;

/** Methods that are handlers by an annotation of the user's own. */
class ComposedAnnotationsTest {

    private static final JavaFileObject ON_ITEM = JavaFileObjects.forSourceString("shop.OnItem", """
            package shop;

            import dev.onchange.*;
            import java.lang.annotation.*;

            @Retention(RetentionPolicy.RUNTIME)
            @Repeatable(OnItem.Several.class)
            @OnChange(collection = "items", operation = "insert")
            public @interface OnItem {
                String id() default "";
                String match() default "{'fullDocument.qty': {$lt: 10}}";
                String operation() default "replace";
                int concurrency() default 2;
                Retry retry() default @Retry(attempts = 3);

                @Retention(RetentionPolicy.RUNTIME)
                @interface Several { OnItem[] value(); }
            }
            """);

    private static JavaFileObject use(String annotation) {
        return JavaFileObjects.forSourceString("shop.Stock", """
                package shop;

                import dev.onchange.*;

                class Stock {
                    record Item(int qty) {}

                    @OnItem(
                            %s)
                    void on(ChangeEvent<Item> change) {}
                }
                """.formatted(annotation));
    }

    @Test
    void what_a_composed_annotation_says_is_sound() {
        Compilation compilation = Sources.compile(ON_ITEM, use("id = \"low\""));

        assertThat(Sources.errors(compilation)).isEmpty();
        assertThat(Sources.warnings(compilation)).isEmpty();
    }

    @Test
    void a_mistake_in_what_it_is_given_is_an_error_at_that_place() {
        Compilation compilation =
                Sources.compile(ON_ITEM, use("id = \"low\",\nmatch = \"{'fullDocument.qty': {$less: 10}}\""));

        assertThat(Sources.errors(compilation)).containsExactly("Stock.java:10 ONC-1102");
    }

    @Test
    void one_text_in_place_of_several_is_taken_for_an_array() {
        Compilation compilation = Sources.compile(ON_ITEM, use("operation = \"updaet\""));

        assertThat(compilation.errors())
                .singleElement()
                .extracting(error -> error.getMessage(Locale.ROOT))
                .asString()
                .contains("Did you mean \"update\"?");
    }

    @Test
    void a_nested_retry_is_checked_too() {
        Compilation compilation = Sources.compile(ON_ITEM, use("retry = @Retry(attempts = 0)"));

        assertThat(Sources.errors(compilation)).containsExactly("Stock.java:9 ONC-1110");
    }

    @Test
    void a_mistake_in_the_annotation_itself_is_reported_where_it_is_used() {
        JavaFileObject broken = JavaFileObjects.forSourceString("shop.OnItem", """
                package shop;
                import dev.onchange.*;
                import java.lang.annotation.*;
                @Retention(RetentionPolicy.RUNTIME) @OnChange(collection = "items", operation = "insret")
                public @interface OnItem { String id() default ""; }
                """);

        Compilation compilation = Sources.compile(broken, use("id = \"low\""));

        assertThat(Sources.errors(compilation)).containsExactly("Stock.java:8 ONC-1101");
    }

    @Test
    void an_attribute_of_our_name_and_another_type_is_an_error() {
        JavaFileObject broken = JavaFileObjects.forSourceString("shop.OnItem", """
                package shop;
                import dev.onchange.*;
                import java.lang.annotation.*;
                @Retention(RetentionPolicy.RUNTIME) @OnChange(collection = "items")
                public @interface OnItem { String id() default ""; String concurrency() default "2"; }
                """);

        Compilation compilation = Sources.compile(broken, use("id = \"low\""));

        assertThat(compilation.errors())
                .singleElement()
                .extracting(error -> error.getMessage(Locale.ROOT))
                .asString()
                .contains("@OnItem.concurrency()", "String instead of int");
    }

    @Test
    void repeated_ones_need_ids_as_ours_do() {
        Compilation compilation = Sources.compile(ON_ITEM, JavaFileObjects.forSourceString("shop.Stock", """
                package shop;
                class Stock {
                    @OnItem(operation = "insert")
                    @OnItem(operation = "delete")
                    void on(dev.onchange.ChangeEvent<?> change) {}
                }
                """));

        assertThat(Sources.errors(compilation)).containsExactly("Stock.java:5 ONC-1107");
    }

    @Test
    void annotations_on_annotations_on_annotations_are_followed() {
        JavaFileObject outer = JavaFileObjects.forSourceString("shop.OnLow", """
                package shop;
                import java.lang.annotation.*;
                @Retention(RetentionPolicy.RUNTIME) @OnItem(match = "{'fullDocument.qty': {$less: 3}}")
                public @interface OnLow {}
                """);
        JavaFileObject use = JavaFileObjects.forSourceString("shop.Stock", """
                package shop;
                class Stock {
                    @OnLow void on(dev.onchange.ChangeEvent<?> change) {}
                }
                """);

        Compilation compilation = Sources.compile(ON_ITEM, outer, use);

        assertThat(Sources.errors(compilation)).containsExactly("Stock.java:3 ONC-1102");
    }

    @Test
    void an_annotation_that_is_gone_at_run_time_is_refused_as_its_methods_would_never_be_called() {
        JavaFileObject forgotten = JavaFileObjects.forSourceString("shop.OnLow", """
                package shop;
                @dev.onchange.OnChange(collection = "items")
                public @interface OnLow {}
                """);

        Compilation compilation = Sources.compile(forgotten);

        assertThat(Sources.errors(compilation)).containsExactly("OnLow.java:3 ONC-1105");
    }
}
