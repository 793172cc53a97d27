package dev.onchange.spring;

import dev.onchange.console.Access;
import dev.onchange.console.Console;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** The console of the listeners, if {@code onchange.console.enabled} is true: on the management port, or on a port of its own. */
@SuppressWarnings("exports") // the framework is required where it is used
@AutoConfiguration(before = OnChangeAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "onchange.console.enabled")
@ConditionalOnBooleanProperty(name = "onchange.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ConsoleProperties.class)
public final class OnChangeConsoleAutoConfiguration {

    /** The console; a bean of {@link Access} decides who may do what, else roles, or the token on a port of its own. */
    @Bean
    @ConditionalOnMissingBean
    public Console onchangeConsole(
            ConsoleProperties properties, ObjectProvider<Access> access, Environment environment) {
        Console console = properties.console(access.getIfAvailable());
        String application = environment.getProperty("spring.application.name");
        return application == null ? console : console.application(application);
    }

    /** Gives it to the listeners. */
    @Bean
    public ChangeListenersCustomizer onchangeConsoleCustomizer(Console console) {
        return builder -> builder.console(console);
    }
}
