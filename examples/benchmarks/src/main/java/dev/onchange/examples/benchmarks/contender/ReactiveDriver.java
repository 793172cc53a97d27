package dev.onchange.examples.benchmarks.contender;

import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.reactivestreams.client.ChangeStreamPublisher;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import java.util.function.BiConsumer;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** One change stream of one collection, subscribed to by hand, with everything else as it is by default. */
final class ReactiveDriver {

    private ReactiveDriver() {}

    /** The whole event as the server sent it. */
    static AutoCloseable raw(Task task, Receiver receiver) {
        return subscribe(
                task, receiver, client -> raw(client, task), (event, to) -> to.received(event.getByteLength()));
    }

    static AutoCloseable rawDocument(Task task, Receiver receiver) {
        return subscribe(
                task,
                receiver,
                client -> watch(client, task, RawBsonDocument.class),
                (event, to) -> to.received(event.getFullDocument().getByteLength()));
    }

    static AutoCloseable document(Task task, Receiver receiver) {
        return subscribe(
                task,
                receiver,
                client -> watch(client, task, Document.class),
                (event, to) -> to.received(event.getFullDocument().getInteger("qty")));
    }

    static AutoCloseable record(Task task, Receiver receiver) {
        return subscribe(
                task,
                receiver,
                client -> watch(client, task, Item.class),
                (event, to) -> to.received(event.getFullDocument().qty()));
    }

    static AutoCloseable latency(Task task, Receiver receiver) {
        return subscribe(task, receiver, client -> watch(client, task, Document.class), ReactiveDriver::receivedSentAt);
    }

    static AutoCloseable latencyElsewhere(Task task, Receiver receiver) {
        return subscribe(
                task,
                receiver,
                client -> Flux.from(watch(client, task, Document.class)).publishOn(Schedulers.boundedElastic()),
                ReactiveDriver::receivedSentAt);
    }

    /** The documents of the collection, as the server sends them. */
    static AutoCloseable find(Task task, Receiver receiver) {
        return subscribe(
                task,
                receiver,
                client -> client.getDatabase(task.database())
                        .getCollection(Task.collection(0), RawBsonDocument.class)
                        .find(),
                (document, to) -> to.received(document.getByteLength()));
    }

    /** The same, handled on another thread, which may block, as that of the driver may not. */
    static AutoCloseable findElsewhere(Task task, Receiver receiver) {
        return subscribe(
                task,
                receiver,
                client -> Flux.from(client.getDatabase(task.database())
                                .getCollection(Task.collection(0), RawBsonDocument.class)
                                .find())
                        .publishOn(Schedulers.boundedElastic()),
                (document, to) -> to.received(document.getByteLength()));
    }

    /** The same in the order of their keys, in which a snapshot reads them. */
    static AutoCloseable findById(Task task, Receiver receiver) {
        return subscribe(
                task,
                receiver,
                client -> client.getDatabase(task.database())
                        .getCollection(Task.collection(0), RawBsonDocument.class)
                        .find()
                        .sort(Sorts.ascending("_id")),
                (document, to) -> to.received(document.getByteLength()));
    }

    private static void receivedSentAt(ChangeStreamDocument<Document> event, Receiver to) {
        to.receivedSentAt(event.getFullDocument().getLong("sentAt"));
    }

    static Publisher<RawBsonDocument> raw(MongoClient client, Task task) {
        return watch(client, task, BsonDocument.class).withDocumentClass(RawBsonDocument.class);
    }

    private static <T> ChangeStreamPublisher<T> watch(MongoClient client, Task task, Class<T> type) {
        ChangeStreamPublisher<T> changes = client.getDatabase(task.database())
                .getCollection(Task.collection(0))
                .watch(type)
                .startAtOperationTime(task.from());
        return task.lookUp() ? changes.fullDocument(FullDocument.UPDATE_LOOKUP) : changes;
    }

    static <T> AutoCloseable subscribe(
            Task task, Receiver receiver, Changes<T> changes, BiConsumer<T, Receiver> handler) {
        MongoClient client = MongoClients.create(task.uri());
        Disposable subscription =
                Flux.from(changes.of(client)).subscribe(event -> handler.accept(event, receiver), receiver::failed);
        return () -> {
            subscription.dispose();
            client.close();
        };
    }

    /** What to subscribe to. */
    @FunctionalInterface
    interface Changes<T> {
        Publisher<T> of(MongoClient client);
    }
}
