package dev.onchange.examples.benchmarks.contender;

import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Debezium's engine within the process, without a snapshot or with one alone. */
final class Debezium {

    private Debezium() {}

    static AutoCloseable listen(Task task, Receiver receiver) {
        Properties properties = properties(task);
        properties.setProperty(
                "capture.start.op.time", Long.toString(task.from().getValue()));
        properties.setProperty("snapshot.mode", "no_data");
        return run(properties, receiver);
    }

    static AutoCloseable snapshot(Task task, Receiver receiver) {
        Properties properties = properties(task);
        properties.setProperty("snapshot.mode", "initial");
        return run(properties, receiver);
    }

    private static AutoCloseable run(Properties properties, Receiver receiver) {
        DebeziumEngine<ChangeEvent<String, String>> engine = DebeziumEngine.create(Json.class)
                .using(properties)
                .notifying(event -> receiver.received(event.value().length()))
                .using((success, message, failure) -> {
                    if (!success) {
                        receiver.failed(failure == null ? new IllegalStateException(message) : failure);
                    }
                })
                .build();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        thread.execute(engine);
        return () -> {
            engine.close();
            thread.shutdown();
        };
    }

    private static Properties properties(Task task) {
        Properties properties = new Properties();
        properties.setProperty("name", "benchmark");
        properties.setProperty("connector.class", "io.debezium.connector.mongodb.MongoDbConnector");
        properties.setProperty("mongodb.connection.string", task.uri());
        properties.setProperty("topic.prefix", "benchmark");
        properties.setProperty("capture.scope", "database");
        properties.setProperty("capture.target", task.database());
        properties.setProperty("collection.include.list", task.database() + "." + Task.collection(0));
        properties.setProperty("capture.mode", task.lookUp() ? "change_streams_update_full" : "change_streams");
        properties.setProperty("tombstones.on.delete", "false");
        properties.setProperty("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        properties.setProperty("offset.flush.interval.ms", Long.toString(task.checkpoint()));
        // Without the schema beside each value, which would only make it slower.
        properties.setProperty("key.converter.schemas.enable", "false");
        properties.setProperty("value.converter.schemas.enable", "false");
        properties.setProperty("max.batch.size", "2048");
        properties.setProperty("max.queue.size", "8192");
        properties.setProperty("poll.interval.ms", "10");
        return properties;
    }
}
