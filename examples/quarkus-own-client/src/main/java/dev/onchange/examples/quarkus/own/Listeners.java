package dev.onchange.examples.quarkus.own;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.config.inject.ConfigProperty;

// tag::connection
@ApplicationScoped
class Listeners {

    @Produces
    ChangeListenersBuilder listeners(@ConfigProperty(name = "shop.mongodb") String uri) {
        return ChangeListeners.builder(uri).database("shop");
    }
}
// end::connection
