package dev.onchange.plugin;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.inject.Instances;

/**
 * What a {@link Plugin} is given to construct its handlers from.
 *
 * @param name of the plug-in
 * @param client of the listeners
 * @param databaseName of handlers that name no database; empty if there is none
 * @param instances supplies what was handed to {@code plugins(…)}, and makes objects of other classes by their
 *     constructors, which may take that; those that are {@link AutoCloseable} are closed with the plug-in
 */
public record PluginContext(String name, MongoClient client, String databaseName, Instances instances) {

    /**
     * The database of handlers that name none.
     *
     * @throws IllegalStateException if there is none
     */
    public MongoDatabase database() {
        if (databaseName.isEmpty()) {
            throw new IllegalStateException("The listeners have no database of their own: name one with database(…).");
        }
        return client.getDatabase(databaseName);
    }

    /**
     * An object of a class, from {@link #instances}.
     *
     * @throws dev.onchange.OnChangeException if there is none and none can be made, saying why
     */
    public <T> T get(Class<T> type) {
        return instances.providerOf(type).get();
    }
}
