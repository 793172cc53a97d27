package dev.onchange.spring;

import dev.onchange.micrometer.HandlerObservationConvention;
import dev.onchange.micrometer.HandlerObservations;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Observes each call of a handler where there is an {@code ObservationRegistry}. */
@AutoConfiguration(
        after = OnChangeAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@SuppressWarnings("exports") // the framework is required where it is used
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({ChangeListenersLifecycle.class, ObservationRegistry.class})
public final class OnChangeObservationAutoConfiguration {

    /** By the names of the application's convention, if it has one. */
    @Bean
    @ConditionalOnMissingBean
    public HandlerObservations handlerObservations(
            ObservationRegistry registry, ObjectProvider<HandlerObservationConvention> convention) {
        return new HandlerObservations(registry, convention.getIfAvailable());
    }
}
