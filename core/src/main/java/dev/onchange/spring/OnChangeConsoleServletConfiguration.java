package dev.onchange.spring;

import dev.onchange.console.Console;
import dev.onchange.console.ConsoleServlet;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** The console on the management port of a servlet application, behind what secures that: Spring Security if it is there. */
@SuppressWarnings("exports") // the framework is required where it is used
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "onchange.console.enabled")
@ConditionalOnProperty(name = "onchange.console.port", matchIfMissing = true, havingValue = "none")
@ConditionalOnBean(Console.class)
public final class OnChangeConsoleServletConfiguration {

    /** Serves it below {@code onchange.console.path}. */
    @Bean
    public ServletRegistrationBean<ConsoleServlet> onchangeConsoleServlet(
            Console console, ConsoleProperties properties) {
        ServletRegistrationBean<ConsoleServlet> servlet =
                new ServletRegistrationBean<>(new ConsoleServlet(console), properties.servletMapping());
        servlet.setName("onchangeConsole");
        return servlet;
    }
}
