package dev.onchange.examples.benchmarks.contender;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Batch;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.Coalesce;
import dev.onchange.OnChange;
import dev.onchange.Placeholders;
import dev.onchange.status.ListenerEvent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.bson.BsonValue;
import org.bson.Document;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Handlers that write: copies of the documents, or counters in transactions; one change in a call, or many. */
final class OnChangeSinks {

    private static final String ID = "benchmark";
    private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);
    private static final ReplaceOptions REPLACE = new ReplaceOptions().upsert(true);

    private OnChangeSinks() {}

    static AutoCloseable copies(Task task, Receiver receiver) {
        return start(task, receiver, "copies", Copies::new);
    }

    static AutoCloseable copiesInBatches(Task task, Receiver receiver) {
        return start(task, receiver, "copies", CopiesInBatches::new);
    }

    static AutoCloseable states(Task task, Receiver receiver) {
        return start(task, receiver, "states", States::new);
    }

    static AutoCloseable newestStates(Task task, Receiver receiver) {
        return start(task, receiver, "states", NewestStates::new);
    }

    static AutoCloseable counters(Task task, Receiver receiver) {
        return start(task, receiver, "counters", Counters::new);
    }

    static AutoCloseable countersInBatches(Task task, Receiver receiver) {
        return start(task, receiver, "counters", CountersInBatches::new);
    }

    /** With a state of its own each time: what one run has settled would not be handled in the next. */
    private static AutoCloseable start(
            Task task,
            Receiver receiver,
            String collection,
            BiFunction<MongoCollection<Document>, Receiver, Object> handlers) {
        MongoClient client = MongoClients.create(task.uri());
        String state = "benchmark_" + UUID.randomUUID();
        MongoCollection<Document> written = client.getDatabase(state).getCollection(collection);
        Mono.from(written.insertOne(new Document("_id", "made"))).block();
        ChangeListeners listeners = ChangeListeners.builder(client)
                .database(task.database())
                .stateDatabase(state)
                .placeholders(Placeholders.ofSystem().or(Map.of("collection", Task.collection(0))::get))
                .startAt(ID, task.from())
                .listener(event -> {
                    if (event instanceof ListenerEvent.StreamFailed failed) {
                        receiver.failed(failed.failure());
                    }
                })
                .handlers(handlers.apply(written, receiver))
                .start();
        return () -> {
            listeners.close();
            Mono.from(client.getDatabase(state).drop()).block();
            client.close();
        };
    }

    record Copies(MongoCollection<Document> copies, Receiver receiver) {
        @OnChange(id = ID, collection = "${collection}", operation = "insert")
        public Mono<Void> changed(Document item) {
            receiver.begun();
            return Mono.from(copies.replaceOne(Filters.eq(item.get("_id")), item, REPLACE))
                    .doOnSuccess(done -> receiver.received(item.getInteger("qty")))
                    .then();
        }
    }

    record CopiesInBatches(MongoCollection<Document> copies, Receiver receiver) {
        @OnChange(id = ID, collection = "${collection}", operation = "insert", batch = @Batch(size = 500))
        public Mono<Void> changed(List<Document> items) {
            receiver.begun();
            List<ReplaceOneModel<Document>> writes = items.stream()
                    .map(item -> new ReplaceOneModel<>(Filters.eq(item.get("_id")), item, REPLACE))
                    .toList();
            return Mono.from(copies.bulkWrite(writes))
                    .doOnSuccess(done -> items.forEach(item -> receiver.received(item.getInteger("qty"))))
                    .then();
        }
    }

    record States(MongoCollection<Document> states, Receiver receiver) {
        @OnChange(
                id = ID,
                collection = "${collection}",
                operation = {"insert", "update"})
        public Mono<Void> changed(ChangeEvent<Document> change) {
            return write(change, states, receiver);
        }
    }

    record NewestStates(MongoCollection<Document> states, Receiver receiver) {
        @OnChange(
                id = ID,
                collection = "${collection}",
                operation = {"insert", "update"},
                coalesce = Coalesce.LATEST)
        public Mono<Void> changed(ChangeEvent<Document> change) {
            return write(change, states, receiver);
        }
    }

    private static Mono<Void> write(ChangeEvent<Document> change, MongoCollection<Document> states, Receiver receiver) {
        BsonValue id = Objects.requireNonNull(
                Objects.requireNonNull(change.documentKey()).get("_id"), "_id");
        Document state = new Document("_id", id).append("changed", change.clusterTime());
        return Mono.from(states.replaceOne(Filters.eq(id), state, REPLACE))
                .doOnSuccess(done -> {
                    if (id.isNumber() && id.asNumber().intValue() == Task.LAST) {
                        receiver.receivedLast();
                    } else {
                        receiver.received(1);
                    }
                })
                .then();
    }

    record Counters(MongoCollection<Document> counters, Receiver receiver) {
        @OnChange(id = ID, collection = "${collection}", operation = "insert", transactional = true)
        public Publisher<?> changed(Document item, ClientSession session) {
            receiver.begun();
            return Mono.from(counters.updateOne(session, Filters.eq(item.get("qty")), Updates.inc("count", 1), UPSERT))
                    .doOnSuccess(done -> receiver.received(item.getInteger("qty")));
        }
    }

    record CountersInBatches(MongoCollection<Document> counters, Receiver receiver) {
        @OnChange(
                id = ID,
                collection = "${collection}",
                operation = "insert",
                transactional = true,
                batch = @Batch(size = 500))
        public Publisher<?> changed(List<Document> items, ClientSession session) {
            receiver.begun();
            Map<Integer, Long> counts = items.stream()
                    .collect(Collectors.groupingBy(item -> item.getInteger("qty"), Collectors.counting()));
            List<UpdateOneModel<Document>> writes = counts.entrySet().stream()
                    .map(each -> new UpdateOneModel<Document>(
                            Filters.eq(each.getKey()), Updates.inc("count", each.getValue()), UPSERT))
                    .toList();
            return Mono.from(counters.bulkWrite(session, writes))
                    .doOnSuccess(done -> items.forEach(item -> receiver.received(item.getInteger("qty"))));
        }
    }
}
