package dev.onchange.engine;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.check.LibraryVersions;
import dev.onchange.engine.stream.CommandTap;

/** The client, and whether it is ours to close. */
record MongoConnection(MongoClient client, boolean own) implements AutoCloseable {

    static MongoConnection to(MongoEndpoint server) {
        LibraryVersions.requireSupported();
        if (server instanceof MongoEndpoint.Client given) {
            return new MongoConnection(given.client(), false);
        }
        MongoClientSettings settings = ((MongoEndpoint.Settings) server).settings();
        return new MongoConnection(MongoClients.create(CommandTap.instrument(settings)), true);
    }

    /** The same, but a client of our own is opened when something is asked of it. */
    static MongoConnection whenAsked(MongoEndpoint server) {
        LibraryVersions.requireSupported();
        return server instanceof MongoEndpoint.Settings
                ? new MongoConnection(UnopenedClient.of(() -> to(server).client()), true)
                : to(server);
    }

    @Override
    public void close() {
        if (own) {
            client.close();
        }
    }
}
