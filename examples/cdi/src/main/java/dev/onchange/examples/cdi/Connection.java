package dev.onchange.examples.cdi;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

// tag::connection
@ApplicationScoped
class Connection {

    @Produces
    ChangeListenersBuilder listeners() {
        return ChangeListeners.builder(System.getProperty("shop.uri"))
                .database(System.getProperty("shop.database"))
                .stateDatabase(System.getProperty("shop.state"));
    }
}
// end::connection
