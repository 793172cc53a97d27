package dev.onchange.spring;

import dev.onchange.micrometer.ListenersMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextRefreshedEvent;

/** Meters of the listeners where there is a {@code MeterRegistry}; Spring Boot binds them. */
@AutoConfiguration(
        after = OnChangeAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@SuppressWarnings("exports") // the framework is required where it is used
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ChangeListenersLifecycle.class, MeterRegistry.class})
public final class OnChangeMetricsAutoConfiguration {

    /** Of the listeners at work. */
    @Bean
    @ConditionalOnMissingBean
    public ListenersMeters listenersMeters(ChangeListenersLifecycle lifecycle) {
        return new ListenersMeters(lifecycle::status, Tags.empty());
    }

    /** Boot binds meters before listeners start: the first scrape would lack those of the handlers. */
    @Bean
    ApplicationListener<ContextRefreshedEvent> onchangeMetersRefresh(ObjectProvider<ListenersMeters> meters) {
        return started -> meters.ifAvailable(ListenersMeters::refresh);
    }
}
