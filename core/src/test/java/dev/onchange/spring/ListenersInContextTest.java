package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.OnChangeException;
import dev.onchange.Retry;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.InMemoryCheckpointStore;
import dev.onchange.spring.Context.Seen;
import dev.onchange.status.ListenerEvent;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import reactor.core.publisher.Mono;

class ListenersInContextTest {

    private final Context context = new Context();

    @AfterEach
    void cleanUp() {
        context.close();
    }

    @Test
    void a_context_without_handlers_starts_without_a_server() {
        context.withoutServer()
                .withPropertyValues("spring.mongodb.uri=mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100")
                .run(app -> {
                    assertThat(app).hasNotFailed();
                    assertThat(app.getBean(ChangeListenersLifecycle.class).isRunning())
                            .isFalse();
                    assertThatThrownBy(() -> app.getBean(ChangeListeners.class))
                            .rootCause()
                            .hasMessageContaining("not running");
                });
    }

    @Test
    void a_bean_that_keeps_positions_is_used() {
        InMemoryCheckpointStore store = new InMemoryCheckpointStore();

        context.runner()
                .withBean(CheckpointStore.class, () -> store)
                .withBean(Stock.class)
                .run(app -> {
                    context.insert("stock", 1);

                    await().untilAsserted(() -> assertThat(context.seen).containsExactly("insert"));
                    String id = Stock.class.getName() + "#added";
                    await().untilAsserted(() ->
                            assertThat(store.load(List.of(id)).block()).containsKey(id));
                });
    }

    @Test
    void an_application_without_boots_mongodb_module_brings_a_client_of_its_own() {
        new ApplicationContextRunner()
                .withClassLoader(new FilteredClassLoader(MongoClientSettingsBuilderCustomizer.class))
                .withConfiguration(AutoConfigurations.of(OnChangeAutoConfiguration.class))
                .withPropertyValues(
                        "onchange.database=" + context.database(), "onchange.state-database=" + context.state())
                .withBean(MongoClient.class, () -> MongoClients.create(context.uri()))
                .withBean(Seen.class, () -> new Seen(context.seen))
                .withBean(Stock.class)
                .run(app -> {
                    context.insert("stock", 1);

                    await().untilAsserted(() -> assertThat(context.seen).containsExactly("insert"));
                    assertThat(app.getBean(ChangeListeners.class).client()).isSameAs(app.getBean(MongoClient.class));
                });
    }

    @Test
    void an_application_with_nothing_to_connect_with_is_told_so() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(OnChangeAutoConfiguration.class))
                .withBean(Seen.class, () -> new Seen(context.seen))
                .withBean(Stock.class)
                .run(app -> assertThat(app)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("ONC-1201")
                        .hasMessageContaining("spring-boot-mongodb"));
    }

    @Test
    void settings_that_the_application_declares_are_used() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(OnChangeAutoConfiguration.class))
                .withPropertyValues(
                        "onchange.database=" + context.database(), "onchange.state-database=" + context.state())
                .withBean(
                        MongoClientSettings.class,
                        () -> MongoClientSettings.builder()
                                .applyConnectionString(new com.mongodb.ConnectionString(context.uri()))
                                .build())
                .withBean(Seen.class, () -> new Seen(context.seen))
                .withBean(Stock.class)
                .run(app -> {
                    context.insert("stock", 1);

                    await().untilAsserted(() -> assertThat(context.seen).containsExactly("insert"));
                });
    }

    @Test
    void streams_take_no_connection_from_boots_client_unless_it_is_to_be_shared() {
        ApplicationContextRunner runner = context.runner().withBean(Stock.class);

        runner.run(app ->
                assertThat(app.getBean(ChangeListeners.class).client()).isNotSameAs(app.getBean(MongoClient.class)));
        runner.withPropertyValues("onchange.client=shared")
                .run(app -> assertThat(app.getBean(ChangeListeners.class).client())
                        .isSameAs(app.getBean(MongoClient.class)));
    }

    @Test
    void listeners_stop_before_the_beans_that_they_call_and_start_again_with_the_context() {
        context.runner().withBean(Writing.class).run(app -> {
            ChangeListeners before = app.getBean(ChangeListeners.class);
            app.stop();
            context.insert("stock", 1);
            assertThat(context.seen).isEmpty();

            app.start();

            await().untilAsserted(() -> assertThat(context.seen).containsExactly("written with a live client"));
            assertThat(app.getBean(ChangeListeners.class)).isNotSameAs(before);
        });
        assertThat(context.seen).last().isEqualTo("destroyed, running: false");
    }

    @Test
    void a_handler_may_close_its_context_and_no_bean_goes_before_other_calls_have_ended_and_positions_are_saved() {
        ApplicationContextRunner runner =
                context.runner().withPropertyValues("onchange.client=shared", "onchange.checkpoint-interval=1h");
        runner.withBean(Busy.class).withBean(Closing.class).run(app -> {
            context.insert("stock", 1);
            context.insert("stock", 2);
            await().until(() -> context.seen.contains("closed"));
        });
        assertThat(context.seen).containsExactly("busy until the end", "destroyed", "closed");

        runner.withBean(Again.class).run(app -> await().until(() -> context.seen.size() > 3));
        assertThat(context.seen).element(3).isEqualTo(2);
    }

    @Test
    void listeners_start_when_they_are_told_to() {
        context.runner()
                .withBean(Stock.class)
                .withPropertyValues("onchange.auto-startup=false")
                .run(app -> {
                    ChangeListenersLifecycle lifecycle = app.getBean(ChangeListenersLifecycle.class);
                    assertThat(lifecycle.isRunning()).isFalse();

                    lifecycle.start();

                    assertThat(lifecycle.isRunning()).isTrue();
                });
    }

    @Test
    void nothing_is_there_when_it_is_disabled() {
        context.runner()
                .withBean(Stock.class)
                .withPropertyValues("onchange.enabled=false")
                .run(app -> assertThat(app)
                        .hasNotFailed()
                        .doesNotHaveBean(ChangeListenersLifecycle.class)
                        .doesNotHaveBean(OnChangeHealthIndicator.class));
    }

    @Test
    void a_customizer_has_the_last_word() {
        context.runner()
                .withBean(Stock.class)
                .withBean(
                        ChangeListenersCustomizer.class,
                        () -> builder -> builder.handlers(new Object() {
                            @OnChange(id = "by hand", collection = "orders")
                            void added(ChangeEvent<?> change) {
                                context.seen.add("order");
                            }
                        }))
                .run(app -> {
                    context.insert("orders", 1);

                    await().untilAsserted(() -> assertThat(context.seen).containsExactly("order"));
                });
    }

    @Test
    void what_happens_to_streams_is_an_application_event() {
        context.runner()
                .withBean(Stock.class)
                .withBean(Watching.class)
                .run(app -> assertThat(context.seen).containsExactly("opened"));
    }

    @ParameterizedTest
    @CsvSource({"batch-size, 0", "max-await-time, -1s", "stop-timeout, -1s", "checkpoint-after, -1"})
    void a_value_that_cannot_be_is_told_by_the_name_of_its_property(String property, String value) {
        context.runner()
                .withPropertyValues("onchange." + property + "=" + value)
                .withBean(Stock.class)
                .run(app -> assertThat(app.getStartupFailure())
                        .rootCause()
                        .asInstanceOf(type(InvalidConfigurationPropertyValueException.class))
                        .extracting(InvalidConfigurationPropertyValueException::getName)
                        .isEqualTo("onchange." + property));
    }

    @Test
    void mistakes_are_explained_without_a_stack_trace() {
        context.runner().withBean(Mistaken.class).run(app -> {
            FailureAnalysis analysis = new OnChangeFailureAnalyzer().analyze(app.getStartupFailure());

            assertThat(analysis.getDescription()).contains("ONC-1102").contains("Mistaken#added");
            assertThat(analysis.getAction()).contains("Correct the filter");
            assertThat(analysis.getCause()).isInstanceOf(OnChangeException.class);
        });
    }

    @Test
    void health_is_up_while_all_listen_and_down_when_a_handler_has_stopped() {
        context.runner().withBean(Stopping.class).run(app -> {
            HealthIndicator indicator = app.getBean(OnChangeHealthIndicator.class);
            assertThat(health(indicator).getStatus()).isEqualTo(Status.UP);
            assertThat(details(indicator, "handlers")).containsExactly(Map.entry(ID, "LISTENING"));

            context.insert("stock", 1);

            await().untilAsserted(
                            () -> assertThat(health(indicator).getStatus()).isEqualTo(Status.DOWN));
            assertThat(details(indicator, "handlers").get(ID)).contains("STOPPED", "ONC-1401", "no more shelves");
            assertThat(details(indicator, "streams")).containsOnlyKeys(context.database() + ".stock");
        });
    }

    @Test
    void health_is_unknown_without_handlers() {
        context.runner()
                .run(app -> assertThat(health(app.getBean(OnChangeHealthIndicator.class))
                                .getStatus())
                        .isEqualTo(Status.UNKNOWN));
    }

    @Test
    void health_can_be_switched_off_and_need_not_be_there() {
        context.runner()
                .withBean(Stock.class)
                .withPropertyValues("management.health.onchange.enabled=false")
                .run(app -> assertThat(app).hasNotFailed().doesNotHaveBean(OnChangeHealthIndicator.class));
        context.runner()
                .withBean(Stock.class)
                .withClassLoader(new FilteredClassLoader(HealthIndicator.class))
                .run(app -> assertThat(app).hasNotFailed().doesNotHaveBean("onchangeHealthIndicator"));
    }

    private static final String ID = Stopping.class.getName() + "#added";

    private static Health health(HealthIndicator indicator) {
        return java.util.Objects.requireNonNull(indicator.health(true));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> details(HealthIndicator indicator, String name) {
        return (Map<String, String>)
                java.util.Objects.requireNonNull(health(indicator).getDetails().get(name));
    }

    record Stock(Seen seen) {
        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note(change.operationName());
        }
    }

    record Mistaken(Seen seen) {
        @OnChange(collection = "stock", match = "{ qty: { $less: 1 } }")
        void added(ChangeEvent<?> change) {}
    }

    record Stopping(Seen seen) {
        @OnChange(collection = "stock", retry = @Retry(attempts = 1), exhausted = Exhausted.STOP)
        void added(ChangeEvent<?> change) {
            throw new IllegalStateException("no more shelves");
        }
    }

    record Writing(Seen seen, MongoClient client, ChangeListenersLifecycle lifecycle) implements DisposableBean {
        @OnChange(collection = "stock")
        Mono<Void> added(ChangeEvent<?> change) {
            return Mono.from(client.getDatabase("admin").runCommand(new Document("ping", 1)))
                    .doOnNext(pong -> seen.note("written with a live client"))
                    .then();
        }

        @Override
        public void destroy() {
            seen.note("destroyed, running: " + lifecycle.isRunning());
        }
    }

    record Busy(Seen seen, MongoClient client, ChangeListenersLifecycle lifecycle) implements DisposableBean {
        @OnChange(id = "busy", collection = "stock")
        void added(ChangeEvent<?> change) {
            await().until(() -> !lifecycle.isRunning());
            Mono.from(client.getDatabase("admin").runCommand(new Document("ping", 1)))
                    .block();
            seen.note("busy until the end");
        }

        @Override
        public void destroy() {
            seen.note("destroyed");
        }
    }

    record Closing(Seen seen, ConfigurableApplicationContext context) {
        @OnChange(id = "closing", collection = "stock")
        void added(ChangeEvent<?> change) {
            if (id(change) == 2) {
                context.close();
                seen.note("closed");
            }
        }
    }

    record Again(Seen seen) {
        @OnChange(id = "closing", collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note(id(change));
        }
    }

    private static int id(ChangeEvent<?> change) {
        return change.documentKey().getInt32("_id").getValue();
    }

    record Watching(Seen seen) {
        @EventListener
        void opened(ListenerEvent.StreamOpened event) {
            seen.note("opened");
        }
    }
}
