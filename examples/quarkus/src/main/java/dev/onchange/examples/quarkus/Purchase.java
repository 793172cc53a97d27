package dev.onchange.examples.quarkus;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import io.quarkus.mongodb.reactive.ReactiveMongoClient;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The purchase that one change leads to. */
@RequestScoped
class Purchase {

    @Inject
    ReactiveMongoClient client;

    @ConfigProperty(name = "quarkus.mongodb.database")
    String database;

    /** Complete when the order is written. */
    Uni<Void> more(Item item) {
        return client.getDatabase(database)
                .getCollection("orders")
                .updateOne(Filters.eq(item.id()), Updates.set("left", item.qty()), new UpdateOptions().upsert(true))
                .replaceWithVoid();
    }
}
