package dev.onchange.engine.scan;

import static dev.onchange.engine.scan.ScanFixture.handlerOf;
import static dev.onchange.engine.scan.ScanFixture.problemOf;
import static dev.onchange.engine.scan.ScanFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.ChangeEvent;
import dev.onchange.OnChange;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InheritanceTest {

    @Test
    void a_method_of_a_superclass_is_a_handler_of_the_subclass() {
        HandlerSpec handler = handlerOf(Inheriting.class);

        assertThat(handler.id()).isEqualTo(Inheriting.class.getName() + "#on");
        assertThat(method(handler).getDeclaringClass()).isEqualTo(Base.class);
    }

    @Test
    void a_default_method_of_an_interface_is_a_handler_of_the_class() {
        HandlerSpec handler = handlerOf(WithDefaultMethod.class);

        assertThat(handler.id()).isEqualTo(WithDefaultMethod.class.getName() + "#onStock");
    }

    @Test
    void a_method_that_implements_an_annotated_one_is_a_handler() {
        HandlerSpec handler = handlerOf(Implementing.class);

        assertThat(handler.watched().collection()).isEqualTo("contracts");
        assertThat(method(handler).getDeclaringClass()).isEqualTo(Implementing.class);
    }

    @Test
    void a_method_that_overrides_an_annotated_one_is_a_handler_once() {
        HandlerSpec handler = handlerOf(Overriding.class);

        assertThat(handler.watched().collection()).isEqualTo("base");
        assertThat(method(handler).getDeclaringClass()).isEqualTo(Overriding.class);
    }

    @Test
    void an_own_annotation_replaces_the_one_of_the_overridden_method() {
        HandlerSpec handler = handlerOf(Reannotating.class);

        assertThat(handler.watched().collection()).isEqualTo("own");
    }

    @Test
    void the_narrower_interface_decides() {
        HandlerSpec handler = handlerOf(OfNarrower.class);

        assertThat(handler.watched().collection()).isEqualTo("narrow");
        assertThat(method(handler).getDeclaringClass()).isEqualTo(Narrow.class);
    }

    @Test
    void a_type_variable_stands_for_what_the_subclass_makes_of_it() {
        HandlerSpec handler = handlerOf(OfItems.class);

        assertThat(handler.payload()).isEqualTo(Item.class);
        assertThat(method(handler).getDeclaringClass()).isEqualTo(Generic.class);
    }

    @Test
    void a_generic_method_that_is_overridden_is_a_handler_once() {
        HandlerSpec handler = handlerOf(OverridingGeneric.class);

        assertThat(handler.payload()).isEqualTo(Item.class);
        assertThat(method(handler).getDeclaringClass()).isEqualTo(OverridingGeneric.class);
        assertThat(method(handler).isBridge()).isFalse();
    }

    @Test
    void overloaded_methods_are_handlers_of_their_own_that_need_ids() {
        ScanResult scanned = scan(Overloaded.class).whole();

        assertThat(scanned.handlers()).hasSize(2);
        assertThat(scanned.problems()).extracting(Problem::code).containsExactly(ProblemCode.DUPLICATE_ID);
        assertThat(scanned.problems().get(0).what())
                .contains("#on(ChangeEvent); ")
                .contains("#on(Item)");
    }

    @Test
    void a_private_method_of_a_superclass_is_refused() {
        Problem problem = problemOf(InheritingPrivate.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.HANDLER_NOT_INVOCABLE);
        assertThat(problem.what()).contains("private");
    }

    @Test
    void a_static_method_is_refused() {
        Problem problem = problemOf(WithStatic.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.HANDLER_NOT_INVOCABLE);
        assertThat(problem.what()).contains("static");
    }

    @Test
    void an_abstract_class_is_refused_at_its_methods() {
        Problem problem = problemOf(Base.class);

        assertThat(problem.code()).isEqualTo(ProblemCode.OBJECT_NOT_SUPPLIED);
        assertThat(problem.where()).isEqualTo(Base.class.getName() + "#on");
        assertThat(problem.what()).contains("abstract");
    }

    @ParameterizedTest
    @ValueSource(classes = {Generic.class, StillGeneric.class, OfDocument.class})
    void of_an_abstract_class_with_open_types_only_the_missing_class_is_told(Class<?> type) {
        assertThat(problemOf(type).code()).isEqualTo(ProblemCode.OBJECT_NOT_SUPPLIED);
    }

    private static Method method(HandlerSpec handler) {
        return ((HandlerTarget.OfMethod) handler.target()).method();
    }

    record Item(String name) {}

    abstract static class Base {
        @OnChange(collection = "base")
        void on(ChangeEvent<?> event) {}
    }

    static class Inheriting extends Base {}

    static class Overriding extends Base {
        @Override
        void on(ChangeEvent<?> event) {}
    }

    static class Reannotating extends Base {
        @Override
        @OnChange(collection = "own")
        void on(ChangeEvent<?> event) {}
    }

    interface Stock {
        @OnChange
        default void onStock(ChangeEvent<?> event) {}
    }

    static class WithDefaultMethod implements Stock {}

    interface Contract {
        @OnChange(collection = "contracts")
        void on(ChangeEvent<?> event);
    }

    static class Implementing implements Contract {
        @Override
        public void on(ChangeEvent<?> event) {}
    }

    interface Wide {
        @OnChange(collection = "wide")
        default void on(ChangeEvent<?> event) {}
    }

    interface Narrow extends Wide {
        @Override
        @OnChange(collection = "narrow")
        default void on(ChangeEvent<?> event) {}
    }

    static class OfNarrower implements Wide, Narrow {}

    abstract static class Generic<T> {
        @OnChange
        void on(ChangeEvent<T> event) {}
    }

    abstract static class StillGeneric<S> extends Generic<S> {}

    static class OfItems extends StillGeneric<Item> {}

    interface OfDocument<T> {
        @OnChange
        void on(T document);
    }

    static class OverridingGeneric implements OfDocument<Item> {
        @Override
        public void on(Item document) {}
    }

    static class Overloaded {
        @OnChange
        void on(ChangeEvent<?> event) {}

        @OnChange
        void on(Item item) {}
    }

    abstract static class WithPrivate {
        @OnChange
        private void on(ChangeEvent<?> event) {}
    }

    static class InheritingPrivate extends WithPrivate {}

    static class WithStatic {
        @OnChange
        static void on(ChangeEvent<?> event) {}
    }
}
