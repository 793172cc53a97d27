package dev.onchange.engine;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.check.LibraryVersions;
import dev.onchange.engine.stream.CommandTap;

/** The client, and whether it is ours to close. */
record MongoConnection(MongoClient client, boolean own) implements AutoCloseable {

    /** The driver's own number of connections that are made at a time; what the user sets otherwise stays. */
    private static final int USUALLY_MADE_AT_A_TIME = 2;

    /**
     * A network that swallows everything keeps connections that are being made for a quarter of an hour, unless what they are
     * made for has a time-out: two of them, and no other could be made when the network is back.
     */
    private static final int MADE_AT_A_TIME = 64;

    static MongoConnection to(MongoEndpoint server) {
        LibraryVersions.requireSupported();
        if (server instanceof MongoEndpoint.Client given) {
            return new MongoConnection(given.client(), false);
        }
        MongoClientSettings settings = ((MongoEndpoint.Settings) server).settings();
        return new MongoConnection(MongoClients.create(notHeldUp(CommandTap.instrument(settings))), true);
    }

    private static MongoClientSettings notHeldUp(MongoClientSettings settings) {
        return settings.getConnectionPoolSettings().getMaxConnecting() == USUALLY_MADE_AT_A_TIME
                ? MongoClientSettings.builder(settings)
                        .applyToConnectionPoolSettings(pool -> pool.maxConnecting(MADE_AT_A_TIME))
                        .build()
                : settings;
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
