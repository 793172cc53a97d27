package dev.onchange;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;

/** How the server is reached. */
sealed interface Server {

    /** Through a client of our own, which sees the server's tokens of streams without changes. */
    record Settings(MongoClientSettings settings) implements Server {}

    /** Through the user's client, which stays open when the listeners are closed. */
    record Client(MongoClient client) implements Server {}
}
