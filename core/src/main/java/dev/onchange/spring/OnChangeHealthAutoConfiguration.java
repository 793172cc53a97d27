package dev.onchange.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health of the listeners, unless {@code management.health.onchange.enabled} is false. */
@SuppressWarnings("exports") // the framework is required where it is used
@AutoConfiguration(after = OnChangeAutoConfiguration.class, before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(ChangeListenersLifecycle.class)
@ConditionalOnEnabledHealthIndicator("onchange")
public final class OnChangeHealthAutoConfiguration {

    /** Down when a stream has ended or a handler has stopped by itself. */
    @Bean
    @ConditionalOnMissingBean(name = "onchangeHealthIndicator")
    public OnChangeHealthIndicator onchangeHealthIndicator(ChangeListenersLifecycle lifecycle) {
        return new OnChangeHealthIndicator(lifecycle);
    }
}
