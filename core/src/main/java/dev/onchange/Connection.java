package dev.onchange;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.stream.CommandTap;

/** The client, and whether it is ours to close. */
record Connection(MongoClient client, boolean own) implements AutoCloseable {

    static Connection to(Server server) {
        if (server instanceof Server.Client given) {
            return new Connection(given.client(), false);
        }
        MongoClientSettings settings = ((Server.Settings) server).settings();
        return new Connection(MongoClients.create(CommandTap.instrument(settings)), true);
    }

    @Override
    public void close() {
        if (own) {
            client.close();
        }
    }
}
