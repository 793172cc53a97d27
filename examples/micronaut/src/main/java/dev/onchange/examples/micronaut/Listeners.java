package dev.onchange.examples.micronaut;

import dev.onchange.ChangeListeners;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Value;

// tag::listeners
@Factory
class Listeners {

    @Context
    @Bean(preDestroy = "close")
    ChangeListeners listeners(@Value("${mongodb.uri}") String uri, ApplicationContext context) {
        return ChangeListeners.builder(uri)
                .database(context.getRequiredProperty("shop.database", String.class))
                .scan("dev.onchange.examples.micronaut")
                .instances(context::getBean)
                .placeholders(name -> context.getProperty(name, String.class).orElse(null))
                .start();
    }
}
// end::listeners
