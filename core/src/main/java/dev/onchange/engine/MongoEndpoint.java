package dev.onchange.engine;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;

/** How the server is reached. */
public sealed interface MongoEndpoint {

    /** How values are written where the user writes filters in Java. */
    default CodecRegistry codecs() {
        if (this instanceof Client given) {
            return given.client.getCodecRegistry();
        }
        MongoClientSettings settings = ((Settings) this).settings;
        return CodecRegistries.withUuidRepresentation(settings.getCodecRegistry(), settings.getUuidRepresentation());
    }

    /** Through a client of our own, which sees the server's tokens of streams without changes. */
    record Settings(MongoClientSettings settings) implements MongoEndpoint {}

    /** Through the user's client, which stays open when the listeners are closed. */
    record Client(MongoClient client) implements MongoEndpoint {}
}
