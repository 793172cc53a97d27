package dev.onchange.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.Interceptor;
import dev.onchange.OnChange;
import dev.onchange.micrometer.HandlerObservations;
import dev.onchange.micrometer.ListenersMeter;
import dev.onchange.micrometer.ListenersMeters;
import dev.onchange.spring.Context.Seen;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class MicrometerInContextTest {

    private final Context context = new Context();

    @AfterEach
    void cleanUp() {
        context.close();
    }

    @Test
    void calls_are_observed_where_boot_observes() {
        runner().withBean(TestObservationRegistry.class, TestObservationRegistry::create)
                .run(app -> {
                    context.insert("stock", 1);

                    await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(
                                    app.getBean(TestObservationRegistry.class))
                            .hasObservationWithNameEqualTo("onchange.handler"));
                });
    }

    @Test
    void listeners_are_measured_where_boot_measures() {
        runner().withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new).run(app -> {
            assertThat(app.getBean(SimpleMeterRegistry.class).getMeters())
                    .extracting(meter -> meter.getId().getTag("handler"))
                    .contains(Stock.class.getName() + "#added");
            await().until(() -> app.getBean(MeterRegistry.class)
                            .get(ListenersMeter.HANDLERS.getName())
                            .tag("phase", "listening")
                            .gauge()
                            .value()
                    == 1);

            context.insert("stock", 1);

            await().untilAsserted(() -> assertThat(app.getBean(MeterRegistry.class)
                            .get(ListenersMeter.HANDLED.getName())
                            .tag("handler", Stock.class.getName() + "#added")
                            .functionCounter()
                            .count())
                    .isEqualTo(1));
        });
    }

    @Test
    void an_interceptor_bean_stands_around_calls() {
        runner().withBean(Interceptor.class, () -> call -> {
                    context.seen.add("before " + call.handler().id());
                    return call.proceed();
                })
                .run(app -> {
                    context.insert("stock", 1);

                    await().untilAsserted(() -> assertThat(context.seen)
                            .containsExactly("before " + Stock.class.getName() + "#added", "insert"));
                });
    }

    @Test
    void an_application_without_micrometer_listens_all_the_same() {
        context.runner()
                .withConfiguration(AutoConfigurations.of(
                        OnChangeObservationAutoConfiguration.class, OnChangeMetricsAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader(ObservationRegistry.class, MeterRegistry.class))
                .withBean(Stock.class)
                .run(app -> {
                    assertThat(app)
                            .hasNotFailed()
                            .doesNotHaveBean(HandlerObservations.class)
                            .doesNotHaveBean(ListenersMeters.class);
                    context.insert("stock", 1);

                    await().untilAsserted(() -> assertThat(context.seen).containsExactly("insert"));
                });
    }

    private ApplicationContextRunner runner() {
        return context.runner()
                .withConfiguration(AutoConfigurations.of(
                        ObservationAutoConfiguration.class,
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        OnChangeObservationAutoConfiguration.class,
                        OnChangeMetricsAutoConfiguration.class))
                .withBean(Stock.class);
    }

    record Stock(Seen seen) {
        @OnChange(collection = "stock")
        void added(ChangeEvent<?> change) {
            seen.note(change.operationName());
        }
    }
}
