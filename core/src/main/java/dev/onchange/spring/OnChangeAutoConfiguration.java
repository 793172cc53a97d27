package dev.onchange.spring;

import dev.onchange.ChangeListeners;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

/** Listens with all beans that have methods with {@code @OnChange}, unless {@code onchange.enabled} is false. */
@SuppressWarnings("exports") // the framework is required where it is used
@AutoConfiguration(afterName = "org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration")
@ConditionalOnBooleanProperty(name = "onchange.enabled", matchIfMissing = true)
@EnableConfigurationProperties(OnChangeProperties.class)
public final class OnChangeAutoConfiguration {

    /** Starts and stops the listeners. */
    @Bean
    @ConditionalOnMissingBean
    public ChangeListenersLifecycle changeListenersLifecycle(
            ConfigurableApplicationContext context, OnChangeProperties properties) {
        return new ChangeListenersLifecycle(context, properties);
    }

    /**
     * The listeners at work, for those who ask when they are; not a singleton, as a context that is stopped and started
     * again has others.
     */
    @Bean
    @Lazy
    @Scope(BeanDefinition.SCOPE_PROTOTYPE)
    @ConditionalOnMissingBean
    public ChangeListeners changeListeners(ChangeListenersLifecycle lifecycle) {
        return lifecycle.listeners();
    }
}
