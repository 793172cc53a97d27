package dev.onchange.spring;

import dev.onchange.console.Console;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The console on the management port of an application with WebFlux, behind what secures that. */
@SuppressWarnings("exports") // the framework is required where it is used
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "onchange.console.enabled")
@ConditionalOnProperty(name = "onchange.console.port", matchIfMissing = true, havingValue = "none")
@ConditionalOnBean(Console.class)
public final class OnChangeConsoleReactiveConfiguration {

    /** Serves it below {@code onchange.console.path}. */
    @Bean
    public RouterFunction<ServerResponse> onchangeConsoleRoutes(Console console, ConsoleProperties properties) {
        return ConsoleRoutes.of(console, properties.managementPath());
    }
}
