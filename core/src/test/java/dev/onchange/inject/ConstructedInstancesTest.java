package dev.onchange.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onchange.OnChangeException;
import dev.onchange.problem.ProblemCode;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Provider;
import jakarta.inject.Qualifier;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConstructedInstancesTest {

    @Test
    void a_class_with_a_constructor_without_parameters_is_made_once() {
        Instances instances = Instances.ofConstructors();

        Plain first = instances.providerOf(Plain.class).get();
        Plain second = instances.providerOf(Plain.class).get();

        assertThat(first).isSameAs(second);
    }

    @Test
    void nothing_is_made_before_it_is_needed() {
        Counted.made = 0;
        Instances instances = Instances.ofConstructors();

        Provider<? extends Counted> provider = instances.providerOf(Counted.class);

        assertThat(Counted.made).isZero();
        assertThat(provider.get()).isNotNull();
    }

    @Test
    void an_enum_is_refused_as_nobody_can_make_its_objects() {
        assertThatThrownBy(() -> Instances.ofConstructors().providerOf(Only.class))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("handlers(Only.…)");
    }

    @Test
    void a_registered_object_is_supplied_for_its_class() {
        Plain plain = new Plain();

        Plain supplied = Instances.ofConstructors(plain).providerOf(Plain.class).get();

        assertThat(supplied).isSameAs(plain);
    }

    @Test
    void a_constructor_with_inject_is_given_registered_objects_by_type() {
        Mailer mailer = new Mailer("a");

        Injected injected =
                Instances.ofConstructors(mailer, 7).providerOf(Injected.class).get();

        assertThat(injected.mailer).isSameAs(mailer);
        assertThat(injected.lazy.get()).isSameAs(mailer);
        assertThat(injected.limit).isEqualTo(7);
    }

    @Test
    void a_named_parameter_is_given_the_object_of_that_name() {
        Map<String, Mailer> named = Map.of("sales", new Mailer("sales"), "stock", new Mailer("stock"));

        NamedInjected injected =
                Instances.ofConstructors(named).providerOf(NamedInjected.class).get();

        assertThat(injected.mailer.name).isEqualTo("stock");
    }

    @Test
    void an_object_of_exactly_the_class_is_preferred_to_one_of_a_subclass() {
        Mailer exact = new Mailer("exact");

        Injected injected = Instances.ofConstructors(new LoudMailer(), exact, 7)
                .providerOf(Injected.class)
                .get();

        assertThat(injected.mailer).isSameAs(exact);
    }

    @Test
    void all_that_is_missing_is_said_at_once() {
        Instances instances = Instances.ofConstructors();

        assertThatThrownBy(() -> instances.providerOf(Injected.class))
                .isInstanceOfSatisfying(
                        OnChangeException.class,
                        e -> assertThat(e.problems())
                                .hasSize(3)
                                .allSatisfy(problem ->
                                        assertThat(problem.code()).isEqualTo(ProblemCode.OBJECT_NOT_SUPPLIED)))
                .hasMessageContaining("Parameter 1 of its constructor is a " + Mailer.class.getName())
                .hasMessageContaining("Parameter 3 of its constructor is a java.lang.Integer");
    }

    @Test
    void several_objects_of_one_type_are_ambiguous() {
        Instances instances = Instances.ofConstructors(new LoudMailer(), new LoudMailer() {}, 7);

        assertThatThrownBy(() -> instances.providerOf(Injected.class))
                .hasMessageContaining("Parameter 1 of its constructor")
                .hasMessageContaining("several registered objects")
                .hasMessageContaining("@Named");
    }

    @Test
    void one_object_registered_twice_is_not_ambiguous() {
        Mailer mailer = new Mailer("a");

        Injected injected = Instances.ofConstructors(Map.of("mailer", mailer), mailer, 7)
                .providerOf(Injected.class)
                .get();

        assertThat(injected.mailer).isSameAs(mailer);
    }

    @Test
    void an_unknown_name_is_said_with_a_similar_one() {
        Instances instances = Instances.ofConstructors(Map.of("stok", new Mailer("a")));

        assertThatThrownBy(() -> instances.providerOf(NamedInjected.class))
                .hasMessageContaining("\"stock\"")
                .hasMessageContaining("Did you mean \"stok\"?");
    }

    @Test
    void a_named_object_of_another_type_is_refused() {
        Instances instances = Instances.ofConstructors(Map.of("stock", "text"));

        assertThatThrownBy(() -> instances.providerOf(NamedInjected.class))
                .hasMessageContaining(Mailer.class.getName())
                .hasMessageContaining("java.lang.String");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Runnable.class,
                AbstractOne.class,
                Inner.class,
                WithParameter.class,
                PrivateOne.class,
                PrivatelyInjected.class,
                TwiceInjected.class,
                FieldInjected.class,
                OtherwiseQualified.class
            })
    void a_class_of_which_no_object_can_be_made_is_refused_before_it_is_needed(Class<?> type) {
        Instances instances = Instances.ofConstructors(new Mailer("a"));

        assertThatThrownBy(() -> instances.providerOf(type))
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1112")
                .hasMessageContaining(type.getName());
    }

    @Test
    void a_failing_constructor_shows_its_cause() {
        Provider<? extends Failing> provider = Instances.ofConstructors().providerOf(Failing.class);

        assertThatThrownBy(provider::get)
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("no disk")
                .hasRootCauseMessage("no disk");
    }

    static class Plain {
        Plain() {}
    }

    static class Counted {
        static int made;

        Counted() {
            made++;
        }
    }

    static class Mailer {
        final String name;

        Mailer(String name) {
            this.name = name;
        }
    }

    static class LoudMailer extends Mailer {
        LoudMailer() {
            super("loud");
        }
    }

    static class Injected {
        final Mailer mailer;
        final Provider<? extends Mailer> lazy;
        final int limit;

        @Inject
        Injected(Mailer mailer, Provider<? extends Mailer> lazy, int limit) {
            this.mailer = mailer;
            this.lazy = lazy;
            this.limit = limit;
        }

        Injected(Mailer mailer) {
            this(mailer, () -> mailer, 0);
        }
    }

    static class NamedInjected {
        final Mailer mailer;

        @Inject
        NamedInjected(@Named("stock") Mailer mailer) {
            this.mailer = mailer;
        }
    }

    abstract static class AbstractOne {}

    class Inner {}

    static class WithParameter {
        WithParameter(Mailer mailer) {}
    }

    static class PrivateOne {
        private PrivateOne() {}
    }

    static class PrivatelyInjected {
        @Inject
        private PrivatelyInjected() {}
    }

    static class TwiceInjected {
        @Inject
        TwiceInjected() {}

        @Inject
        TwiceInjected(Mailer mailer) {}
    }

    static class FieldInjected {
        @Inject
        Mailer mailer;
    }

    @Qualifier
    @Retention(RetentionPolicy.RUNTIME)
    @interface Loud {}

    static class OtherwiseQualified {
        @Inject
        OtherwiseQualified(@Loud Mailer mailer) {}
    }

    static class Failing {
        Failing() {
            throw new IllegalStateException("no disk");
        }
    }

    enum Only {
        ONE
    }
}
