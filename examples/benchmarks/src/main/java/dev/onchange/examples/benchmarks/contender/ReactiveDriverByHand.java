package dev.onchange.examples.benchmarks.contender;

import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import reactor.core.publisher.Flux;

/** What many handlers need, written for the driver by hand, with the document of an event as bytes. */
final class ReactiveDriverByHand {

    private static final String SKU = "fullDocument.sku";

    private ReactiveDriverByHand() {}

    /** One stream with all values in one {@code $in}, and a map from value to handler. */
    static AutoCloseable routed(Task task, Receiver receiver) {
        Map<String, Receiver> handlers = new HashMap<>();
        skus(task).forEach(sku -> handlers.put(sku, receiver));
        Bson match = Filters.in(SKU, skus(task));
        return ReactiveDriver.subscribe(task, receiver, client -> watch(client, task, 0, match), (event, to) -> {
            RawBsonDocument item = item(event);
            Objects.requireNonNull(handlers.get(item.getString("sku").getValue()))
                    .received(item.getByteLength());
        });
    }

    /** A stream with its own filter for each handler. */
    static AutoCloseable streams(Task task, Receiver receiver) {
        return ReactiveDriver.subscribe(
                task,
                receiver,
                client -> Flux.merge(
                        Flux.range(0, task.handlers()).map(handler -> watch(client, task, handler)), task.handlers()),
                (event, to) -> to.received(item(event).getByteLength()));
    }

    /** One stream of the database for all its watched collections. */
    static AutoCloseable database(Task task, Receiver receiver) {
        List<String> collections = IntStream.range(0, task.collections())
                .mapToObj(Task::collection)
                .toList();
        return ReactiveDriver.subscribe(
                task,
                receiver,
                client -> database(client, task)
                        .watch(List.of(Aggregates.match(Filters.in("ns.coll", collections))), RawBsonDocument.class)
                        .startAtOperationTime(task.from()),
                (event, to) -> to.received(item(event).getByteLength()));
    }

    private static Flux<ChangeStreamDocument<RawBsonDocument>> watch(MongoClient client, Task task, int handler) {
        return task.collections() > 1
                ? watch(client, task, handler, Filters.eq("operationType", "insert"))
                : watch(client, task, 0, Filters.eq(SKU, Task.sku(handler)));
    }

    private static Flux<ChangeStreamDocument<RawBsonDocument>> watch(
            MongoClient client, Task task, int collection, Bson match) {
        return Flux.from(database(client, task)
                .getCollection(Task.collection(collection))
                .watch(List.of(Aggregates.match(match)), RawBsonDocument.class)
                .startAtOperationTime(task.from())
                .fullDocument(task.lookUp() ? FullDocument.UPDATE_LOOKUP : FullDocument.DEFAULT));
    }

    private static RawBsonDocument item(ChangeStreamDocument<RawBsonDocument> event) {
        return Objects.requireNonNull(event.getFullDocument());
    }

    private static MongoDatabase database(MongoClient client, Task task) {
        return client.getDatabase(task.database());
    }

    private static List<String> skus(Task task) {
        return IntStream.range(0, task.handlers()).mapToObj(Task::sku).toList();
    }
}
