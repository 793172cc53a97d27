package dev.onchange.localmongo;

import org.bson.Document;
import org.bson.conversions.Bson;

/** A fault that a server makes on purpose until this is closed, see {@link MongoNode#failPoint}. */
public final class FailPoint implements AutoCloseable {

    private final AdminConnection connection;
    private final String name;

    FailPoint(AdminConnection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    static FailPoint set(AdminConnection connection, String name, Object mode, Bson data) {
        connection.run(
                new Document("configureFailPoint", name).append("mode", mode).append("data", data));
        return new FailPoint(connection, name);
    }

    /** The server works again. */
    @Override
    public void close() {
        connection.run(new Document("configureFailPoint", name).append("mode", "off"));
    }
}
