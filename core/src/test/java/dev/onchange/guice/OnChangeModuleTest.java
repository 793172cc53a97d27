package dev.onchange.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Stage;
import com.google.inject.matcher.Matchers;
import com.google.inject.name.Names;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.inject.Ledger;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnChangeModuleTest {

    private final Ledger ledger = new Ledger();
    private final AtomicReference<Injector> injector = new AtomicReference<>();

    @AfterEach
    void cleanUp() {
        ledger.close();
    }

    @Test
    void handlers_of_a_binding_receive_changes_until_the_listeners_are_closed() {
        try (ChangeListeners listeners = listeners(binder -> binder.bind(Stock.class))) {
            ledger.insert("stock", 1);

            awaitNotes("stock 1");
            assertThat(injector.get().getInstance(ChangeListeners.class)).isSameAs(listeners);
        }
    }

    @Test
    void a_handler_that_is_not_public_is_called_through_its_interceptors() {
        Module intercepting = new AbstractModule() {
            @Override
            protected void configure() {
                bind(Stock.class);
                bindInterceptor(Matchers.subclassesOf(Stock.class), Matchers.annotatedWith(OnChange.class), call -> {
                    ledger.note("before " + call.getMethod().getName());
                    return call.proceed();
                });
            }
        };

        try (ChangeListeners listeners = listeners(intercepting)) {
            ledger.insert("stock", 1);

            awaitNotes("before added", "stock 1");
        }
    }

    @Test
    void a_binding_without_a_scope_makes_one_object_for_the_listeners() {
        try (ChangeListeners listeners = listeners(binder -> binder.bind(Passing.class))) {
            ledger.insert("stock", 1);
            ledger.insert("stock", 2);

            awaitNotes("made", "passing 1", "passing 2");
        }
    }

    @Test
    void the_object_of_an_interface_is_the_one_that_others_are_injected_with() {
        try (ChangeListeners listeners =
                listeners(binder -> binder.bind(Runnable.class).to(Linked.class).in(Singleton.class))) {
            ledger.insert("stock", 1);

            awaitNotes(System.identityHashCode(injector.get().getInstance(Runnable.class)));
        }
    }

    @Test
    void instances_and_what_provider_methods_make_have_handlers() {
        Module providing = new AbstractModule() {
            @Override
            protected void configure() {
                bind(Object.class).annotatedWith(Names.named("orders")).toInstance(new Orders(ledger));
            }

            @Provides
            @Singleton
            Stock stock() {
                return new Stock(ledger);
            }
        };

        try (ChangeListeners listeners = listeners(providing)) {
            ledger.insert("stock", 1);
            ledger.insert("orders", 2);

            await().untilAsserted(() -> assertThat(ledger.notes()).containsExactlyInAnyOrder("stock 1", "order 2"));
        }
    }

    @Test
    void handlers_of_a_parent_injector_count_and_a_handler_can_have_the_listeners() {
        Injector parent = Guice.createInjector(
                binder -> binder.bind(Ledger.class).toInstance(ledger), binder -> binder.bind(Stock.class));
        Injector child =
                parent.createChildInjector(new OnChangeModule(ledger::builder), binder -> binder.bind(Curious.class));

        try (ChangeListeners listeners = child.getInstance(ChangeListeners.class)) {
            ledger.insert("stock", 1);
            ledger.insert("orders", 2);

            await().untilAsserted(() -> assertThat(ledger.notes()).containsExactlyInAnyOrder("stock 1", 2));
        }
    }

    @Test
    void handlers_in_a_private_module_that_exposes_something_count_be_they_exposed_or_not() {
        Module exposing = new PrivateModule() {
            @Override
            protected void configure() {
                bind(Stock.class).in(Singleton.class);
                expose(Stock.class);
                bind(Orders.class).toInstance(new Orders(ledger));
            }
        };

        try (ChangeListeners listeners = listeners(exposing)) {
            ledger.insert("stock", 1);
            ledger.insert("orders", 2);

            await().untilAsserted(() -> assertThat(ledger.notes()).containsExactlyInAnyOrder("stock 1", "order 2"));
        }
    }

    @Test
    void listeners_of_a_private_module_have_the_handlers_around_it_once() {
        Injector around = Guice.createInjector(
                binder -> binder.bind(Ledger.class).toInstance(ledger),
                binder -> binder.bind(Stock.class),
                new PrivateModule() {
                    @Override
                    protected void configure() {
                        install(new OnChangeModule(ledger::builder));
                        bind(Curious.class);
                        expose(ChangeListeners.class);
                    }
                });

        try (ChangeListeners listeners = around.getInstance(ChangeListeners.class)) {
            ledger.insert("stock", 1);
            ledger.insert("orders", 2);

            await().untilAsserted(() -> assertThat(ledger.notes()).containsExactlyInAnyOrder("stock 1", 2));
        }
    }

    @Test
    void in_production_listeners_start_with_the_injector() {
        Injector production = Guice.createInjector(
                Stage.PRODUCTION,
                new OnChangeModule(ledger::builder),
                binder -> binder.bind(Ledger.class).toInstance(ledger),
                binder -> binder.bind(Stock.class).in(Singleton.class));
        try {
            ledger.insert("stock", 1);

            awaitNotes("stock 1");
        } finally {
            production.getInstance(ChangeListeners.class).close();
        }
    }

    @Test
    void several_bindings_of_a_class_are_refused() {
        Module two = binder -> {
            binder.bind(Stock.class).annotatedWith(Names.named("first")).toInstance(new Stock(ledger));
            binder.bind(Stock.class).annotatedWith(Names.named("second")).toInstance(new Stock(ledger));
        };

        assertThatThrownBy(() -> listeners(two))
                .hasMessageContaining("ONC-1112")
                .hasMessageContaining("first")
                .hasMessageContaining("second");
    }

    private ChangeListeners listeners(Module... modules) {
        Stream<Module> mine = Stream.of(
                new OnChangeModule(ledger::builder),
                binder -> binder.bind(Ledger.class).toInstance(ledger));
        injector.set(
                Guice.createInjector(Stream.concat(mine, Arrays.stream(modules)).toArray(Module[]::new)));
        return injector.get().getInstance(ChangeListeners.class);
    }

    private void awaitNotes(Object... notes) {
        await().untilAsserted(() -> assertThat(ledger.notes()).containsExactly(notes));
    }

    static class Stock {
        private final Ledger ledger;

        @Inject
        Stock(Ledger ledger) {
            this.ledger = ledger;
        }

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            ledger.note("stock " + id(change));
        }
    }

    static class Passing {
        private final Ledger ledger;

        @Inject
        Passing(Ledger ledger) {
            this.ledger = ledger;
            ledger.note("made");
        }

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            ledger.note("passing " + id(change));
        }
    }

    static class Linked implements Runnable {
        private final Ledger ledger;

        @Inject
        Linked(Ledger ledger) {
            this.ledger = ledger;
        }

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            ledger.note(System.identityHashCode(this));
        }

        @Override
        public void run() {}
    }

    record Orders(Ledger ledger) {
        @OnChange(collection = "orders")
        void added(ChangeEvent<?> change) {
            ledger.note("order " + id(change));
        }
    }

    static class Curious {
        private final Ledger ledger;
        private final Provider<ChangeListeners> listeners;

        @Inject
        Curious(Ledger ledger, Provider<ChangeListeners> listeners) {
            this.ledger = ledger;
            this.listeners = listeners;
        }

        @OnChange(collection = "orders")
        void added(ChangeEvent<?> change) {
            ledger.note(listeners.get().status().handlers().size());
        }
    }

    private static int id(ChangeEvent<?> change) {
        return change.documentKey().getInt32("_id").getValue();
    }
}
