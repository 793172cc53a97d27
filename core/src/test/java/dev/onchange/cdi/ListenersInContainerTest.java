package dev.onchange.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.inject.Ledger;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import org.jboss.weld.proxy.WeldClientProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ListenersInContainerTest {

    private final Ledger ledger = new Ledger();

    @AfterEach
    void cleanUp() {
        ledger.close();
    }

    @Test
    void handlers_of_a_bean_receive_changes_from_the_start_of_the_container_on() {
        try (SeContainer container = container(Stock.class)) {
            ledger.insert("stock", 1);

            awaitNotes("stock 1");
            assertThat(container.select(ChangeListeners.class).get().status().healthy())
                    .isTrue();
        }
    }

    @Test
    void a_handler_that_is_not_public_is_called_through_the_client_proxy_and_its_interceptors() {
        try (SeContainer container = container(Counted.class, Counting.class)) {
            assertThat(container.select(Counted.class).get()).isInstanceOf(WeldClientProxy.class);

            ledger.insert("stock", 1);

            awaitNotes("before added", "counted true");
        }
    }

    @Test
    void interceptors_of_beans_without_a_client_proxy_are_called_too() {
        try (SeContainer container = container(CountedSingleton.class, Counting.class)) {
            ledger.insert("stock", 1);

            awaitNotes("before added", "counted true");
        }
    }

    @Test
    void a_dependent_bean_is_made_once_for_the_listeners_and_destroyed_with_them() {
        try (SeContainer container = container(Passing.class)) {
            ledger.insert("stock", 1);
            ledger.insert("stock", 2);
            awaitNotes("made", "passing 1", "passing 2");
        }

        assertThat(ledger.notes()).containsExactly("made", "passing 1", "passing 2", "destroyed");
    }

    @Test
    void each_call_of_a_request_scoped_handler_has_a_request_of_its_own_that_ends_with_it() {
        try (SeContainer container = container(Requested.class)) {
            ledger.insert("stock", 1);
            ledger.insert("stock", 2);

            awaitNotes("request 1", "destroyed", "request 2", "destroyed");
        }
    }

    @Test
    void an_asynchronous_handler_has_a_request_until_its_result_has_been_subscribed_to() {
        try (SeContainer container = container(Deferring.class, Requested.class)) {
            ledger.insert("others", 1);
            ledger.insert("others", 2);

            awaitNotes("request 1", "destroyed", "later 1", "request 2", "destroyed", "later 2");
            assertThat(container.select(ChangeListeners.class).get().status().healthy())
                    .isTrue();
        }
    }

    @Test
    void a_request_ends_when_its_call_fails_and_the_failure_counts_as_it_is() {
        try (SeContainer container = container(Failing.class, Requested.class)) {
            ledger.insert("others", 1);

            awaitNotes(
                    "request 1",
                    "destroyed",
                    "java.lang.IllegalStateException: the first time",
                    "request 1",
                    "destroyed");
        }
    }

    @Test
    void what_a_producer_makes_has_handlers_whatever_its_qualifier() {
        try (SeContainer container = container(StockProducer.class)) {
            ledger.insert("stock", 1);

            awaitNotes("produced 1");
        }
    }

    @Test
    void an_alternative_does_not_hide_the_handlers_of_other_beans() {
        try (SeContainer container = container(Stock.class, Other.class)) {
            ledger.insert("stock", 1);
            ledger.insert("others", 2);

            await().untilAsserted(
                            () -> assertThat(ledger.notes()).containsExactlyInAnyOrder("stock 1", "alternative 2"));
        }
    }

    @Test
    void listeners_start_after_the_applications_own_start_and_stop_before_its_own_stop() {
        try (SeContainer container = container(Stock.class, Watching.class)) {
            assertThat(ledger.notes()).containsExactly("started without listeners");
        }

        assertThat(ledger.notes()).containsExactly("started without listeners", "stopped without listeners");
    }

    @Test
    void a_handler_may_close_its_container_and_no_bean_goes_before_other_calls_have_ended() {
        SeContainer container = container(Busy.class, Closing.class);
        ledger.insert("stock", 1);

        await().until(() -> ledger.notes().contains("closed"));

        assertThat(container.isRunning()).isFalse();
        assertThat(ledger.notes()).containsExactly("busy", "busy until the end", "destroyed", "closed");
    }

    @Test
    void a_container_without_handlers_needs_no_server() {
        try (SeContainer container = initializer(Watching.class)
                .addExtensions(new Provided(ledger, null))
                .initialize()) {
            assertThatThrownBy(() -> container.select(ChangeListeners.class).get())
                    .hasStackTraceContaining("not running");
        }
    }

    @Test
    void a_mongo_client_of_the_application_will_do() {
        try (SeContainer container = initializer(Named1.class)
                .addExtensions(new Provided(ledger, null), new ClientExtension(ledger))
                .initialize()) {
            ChangeListeners listeners = container.select(ChangeListeners.class).get();

            assertThat(listeners.client()).isSameAs(ledger.client());
        }
    }

    @Test
    void a_container_with_nothing_to_connect_with_does_not_start() {
        assertThatThrownBy(() -> initializer(Stock.class)
                        .addExtensions(new Provided(ledger, null))
                        .initialize())
                .hasStackTraceContaining("ONC-1201")
                .hasStackTraceContaining("@Produces ChangeListenersBuilder");
    }

    @Test
    void several_beans_of_a_class_are_refused() {
        assertThatThrownBy(() -> container(TwoProducers.class))
                .hasStackTraceContaining("ONC-1112")
                .hasStackTraceContaining("2 beans of this class");
    }

    private SeContainer container(Class<?>... beans) {
        return initializer(beans)
                .addExtensions(new Provided(ledger, ledger.builder()))
                .initialize();
    }

    private static SeContainerInitializer initializer(Class<?>... beans) {
        return SeContainerInitializer.newInstance().disableDiscovery().addBeanClasses(beans);
    }

    private void awaitNotes(Object... notes) {
        await().untilAsserted(() -> assertThat(ledger.notes()).containsExactly(notes));
    }

    /** What the test brings along. */
    static final class Provided implements Extension {
        private final Ledger ledger;
        private final @org.jspecify.annotations.Nullable ChangeListenersBuilder builder;

        Provided(Ledger ledger, @org.jspecify.annotations.Nullable ChangeListenersBuilder builder) {
            this.ledger = ledger;
            this.builder = builder;
        }

        void add(@Observes AfterBeanDiscovery discovery) {
            discovery.addBean().types(Ledger.class).scope(Dependent.class).createWith(context -> ledger);
            if (builder != null) {
                discovery
                        .addBean()
                        .types(ChangeListenersBuilder.class)
                        .scope(Dependent.class)
                        .createWith(context -> builder);
            }
        }
    }

    static final class ClientExtension implements Extension {
        private final Ledger ledger;

        ClientExtension(Ledger ledger) {
            this.ledger = ledger;
        }

        void add(@Observes AfterBeanDiscovery discovery) {
            discovery.addBean().types(MongoClient.class).scope(Dependent.class).createWith(context -> ledger.client());
        }
    }

    @ApplicationScoped
    static class Stock {
        @Inject
        Ledger ledger;

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            ledger.note("stock " + id(change));
        }
    }

    @InterceptorBinding
    @Retention(RetentionPolicy.RUNTIME)
    @interface Count {}

    @Count
    @Interceptor
    @Priority(1)
    static class Counting {
        @Inject
        Ledger ledger;

        @AroundInvoke
        Object count(InvocationContext call) throws Exception {
            ledger.note("before " + call.getMethod().getName());
            return call.proceed();
        }
    }

    @ApplicationScoped
    static class Counted {
        @Inject
        Ledger ledger;

        @Count
        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            ledger.note("counted " + !(this instanceof WeldClientProxy));
        }
    }

    @Singleton
    static class CountedSingleton extends Counted {}

    @Dependent
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

        @PreDestroy
        void destroy() {
            ledger.note("destroyed");
        }
    }

    @RequestScoped
    static class Requested {
        @Inject
        Ledger ledger;

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            ledger.note("request " + id(change));
        }

        @PreDestroy
        void destroy() {
            ledger.note("destroyed");
        }
    }

    @ApplicationScoped
    static class Deferring {
        @Inject
        Requested requested;

        @Inject
        Ledger ledger;

        @OnChange(collection = "others")
        Mono<Void> added(ChangeEvent<?> change) {
            Ledger notes = ledger;
            return Mono.defer(() -> {
                        requested.added(change);
                        return Mono.empty();
                    })
                    .publishOn(Schedulers.parallel())
                    .then(Mono.fromRunnable(() -> {
                        await().until(() -> "destroyed"
                                .equals(notes.notes().get(notes.notes().size() - 1)));
                        notes.note("later " + id(change));
                    }));
        }
    }

    @ApplicationScoped
    static class Failing {
        @Inject
        Requested requested;

        @Inject
        Ledger ledger;

        @OnChange(collection = "others", retry = @Retry(attempts = 2, backoff = "1ms"))
        void added(ChangeEvent<?> change, Attempt attempt) {
            if (attempt.lastFailure() != null) {
                ledger.note(attempt.lastFailure().toString());
            }
            requested.added(change);
            if (attempt.number() == 1) {
                throw new IllegalStateException("the first time");
            }
        }
    }

    record Produced(Ledger ledger) {
        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            ledger.note("produced " + id(change));
        }
    }

    @ApplicationScoped
    static class StockProducer {
        @Produces
        @Named("stock")
        @Singleton
        Produced stock(Ledger ledger) {
            return new Produced(ledger);
        }
    }

    @ApplicationScoped
    static class TwoProducers {
        @Produces
        @Named("first")
        @Singleton
        Produced first(Ledger ledger) {
            return new Produced(ledger);
        }

        @Produces
        @Named("second")
        @Singleton
        Produced second(Ledger ledger) {
            return new Produced(ledger);
        }
    }

    @Alternative
    @Priority(1)
    @ApplicationScoped
    static class Other {
        @Inject
        Ledger ledger;

        @OnChange(collection = "others")
        void added(ChangeEvent<?> change) {
            ledger.note("alternative " + id(change));
        }
    }

    @ApplicationScoped
    static class Named1 {
        @OnChange(database = "any", collection = "stock")
        void added(ChangeEvent<?> change) {}
    }

    @ApplicationScoped
    static class Busy {
        @Inject
        Ledger ledger;

        @Inject
        Instance<ChangeListeners> listeners;

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            ledger.note("busy");
            await().until(this::hasStopped);
            ledger.note("busy until the end");
        }

        private boolean hasStopped() {
            try {
                return listeners.get() == null;
            } catch (IllegalStateException notRunning) {
                return true;
            }
        }

        @PreDestroy
        void destroy() {
            ledger.note("destroyed");
        }
    }

    @ApplicationScoped
    static class Closing {
        @Inject
        Ledger ledger;

        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            Ledger notes = ledger;
            await().until(() -> notes.notes().contains("busy"));
            ((SeContainer) CDI.current()).close();
            notes.note("closed");
        }
    }

    @ApplicationScoped
    static class Watching {
        @Inject
        Ledger ledger;

        @Inject
        Instance<ChangeListeners> listeners;

        void starting(@Observes Startup startup) {
            ledger.note("started " + present());
        }

        void stopping(@Observes Shutdown shutdown) {
            ledger.note("stopped " + present());
        }

        private String present() {
            try {
                return "with " + List.of(listeners.get());
            } catch (RuntimeException e) {
                return "without listeners";
            }
        }
    }

    private static int id(ChangeEvent<?> change) {
        return change.documentKey().getInt32("_id").getValue();
    }
}
