package dev.onchange.engine.scan;

import static dev.onchange.engine.scan.ScanFixture.handlerOf;
import static dev.onchange.engine.scan.ScanFixture.problemOf;
import static dev.onchange.engine.scan.ScanFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.Scope;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;

class ComposedAnnotationsTest {

    @Test
    void an_annotation_that_carries_ours_makes_a_handler() {
        HandlerSpec handler = handlerOf(WithOwn.class);

        assertThat(handler.watched()).isEqualTo(new WatchedScope(Scope.COLLECTION, "shop", "items"));
    }

    @Test
    void an_attribute_of_the_same_name_and_type_stands_in_for_ours() {
        HandlerSpec handler = handlerOf(WithAttributes.class);

        assertThat(handler.match()).isEqualTo("{ a: 1 }");
        assertThat(handler.concurrency()).isEqualTo(3);
        assertThat(handler.watched().collection()).isEqualTo("items");
    }

    @Test
    void one_element_stands_in_for_an_attribute_that_is_an_array() {
        HandlerSpec handler = handlerOf(WithAttributes.class);

        assertThat(handler.operations()).containsExactly("insert");
    }

    @Test
    void of_annotations_that_carry_each_other_the_one_at_the_method_decides() {
        HandlerSpec handler = handlerOf(WithNested.class);

        assertThat(handler.match()).isEqualTo("{ b: 2 }");
        assertThat(handler.concurrency()).isEqualTo(1);
    }

    @Test
    void the_default_of_an_attribute_stands_in_too() {
        HandlerSpec handler = handlerOf(WithDefault.class);

        assertThat(handler.match()).isEmpty();
    }

    @Test
    void an_annotation_that_carries_several_of_ours_makes_as_many_handlers() {
        ScanResult scanned = scan(WithSeveral.class);

        assertThat(scanned.problems()).isEmpty();
        assertThat(scanned.handlers()).extracting(HandlerSpec::id).containsExactly("first", "second");
    }

    @Test
    void an_annotation_that_carries_ours_may_be_repeated() {
        ScanResult scanned = scan(WithRepeated.class);

        assertThat(scanned.problems()).isEmpty();
        assertThat(scanned.handlers()).extracting(HandlerSpec::match).containsExactly("{ a: 1 }", "{ a: 2 }");
    }

    @Test
    void an_annotation_that_carries_itself_does_no_harm() {
        HandlerSpec handler = handlerOf(WithCircle.class);

        assertThat(handler.watched().collection()).isEqualTo("circles");
    }

    @Test
    void an_attribute_of_our_name_but_another_type_is_refused() {
        Problem problem = problemOf(WithOtherType.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_ATTRIBUTE);
        assertThat(problem.what())
                .contains("@OtherType.collection()")
                .contains("int")
                .contains("String");
    }

    @Test
    void of_repeated_annotations_one_may_have_the_default_id() {
        ScanResult scanned = scan(Twice.class);

        assertThat(scanned.problems()).isEmpty();
        assertThat(scanned.handlers())
                .extracting(HandlerSpec::id)
                .containsExactly(Twice.class.getName() + "#on", "deletes");
    }

    @Test
    void repeated_annotations_without_ids_of_their_own_are_refused() {
        Problem problem = problemOf(TwiceWithoutId.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.DUPLICATE_ID);
        assertThat(problem.where()).isEqualTo(TwiceWithoutId.class.getName() + "#on");
    }

    @OnChange(collection = "items", operation = "delete")
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    private @interface OnItem {

        String id() default "";

        String match() default "";

        int concurrency() default 1;

        String operation() default "insert";
    }

    @Repeatable(ManyItems.class)
    @OnItem
    @Retention(RetentionPolicy.RUNTIME)
    private @interface RepeatedItem {
        String id();

        String match();
    }

    @Retention(RetentionPolicy.RUNTIME)
    private @interface ManyItems {
        RepeatedItem[] value();
    }

    @OnItem(match = "{ a: 1 }", concurrency = 1)
    @Retention(RetentionPolicy.RUNTIME)
    private @interface OnSpecialItem {
        String match();
    }

    @OnChange(match = "{ a: 1 }")
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Defaulted {
        String match() default "";
    }

    @OnChange(id = "first")
    @OnChange(id = "second")
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Several {}

    @Circle
    @OnChange(collection = "circles")
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Circle {}

    @OnChange
    @Retention(RetentionPolicy.RUNTIME)
    private @interface OtherType {
        int collection();
    }

    static class WithOwn {
        @OnItem
        void on(ChangeEvent<?> event) {}
    }

    static class WithAttributes {
        @OnItem(match = "{ a: 1 }", concurrency = 3)
        void on(ChangeEvent<?> event) {}
    }

    static class WithNested {
        @OnSpecialItem(match = "{ b: 2 }")
        void on(ChangeEvent<?> event) {}
    }

    static class WithDefault {
        @Defaulted
        void on(ChangeEvent<?> event) {}
    }

    static class WithSeveral {
        @Several
        void on(ChangeEvent<?> event) {}
    }

    static class WithRepeated {
        @RepeatedItem(id = "a", match = "{ a: 1 }")
        @RepeatedItem(id = "b", match = "{ a: 2 }")
        void on(ChangeEvent<?> event) {}
    }

    static class WithCircle {
        @Circle
        void on(ChangeEvent<?> event) {}
    }

    static class WithOtherType {
        @OtherType(collection = 1)
        void on(ChangeEvent<?> event) {}
    }

    static class Twice {
        @OnChange(operation = "insert")
        @OnChange(id = "deletes", operation = "delete")
        void on(ChangeEvent<?> event) {}
    }

    static class TwiceWithoutId {
        @OnChange(operation = "insert")
        @OnChange(operation = "delete")
        void on(ChangeEvent<?> event) {}
    }
}
