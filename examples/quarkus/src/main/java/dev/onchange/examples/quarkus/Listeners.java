package dev.onchange.examples.quarkus;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.config.inject.ConfigProperty;

// tag::connection
@ApplicationScoped
class Listeners {

    @Produces
    ChangeListenersBuilder listeners(
            ReactiveMongoClient client, @ConfigProperty(name = "quarkus.mongodb.database") String database) {
        return ChangeListeners.builder(client.unwrap()).database(database);
    }
}
// end::connection
