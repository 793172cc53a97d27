package dev.onchange.examples.benchmarks.contender;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Placeholders;
import dev.onchange.StartFrom;
import dev.onchange.status.ListenerEvent;
import java.util.Map;
import java.util.UUID;
import org.bson.Document;
import org.bson.RawBsonDocument;
import reactor.core.publisher.Mono;

/** Handlers that are given the documents that exist, then what changes. */
final class OnChangeSnapshots {

    private static final String ID = "benchmark";

    private OnChangeSnapshots() {}

    static AutoCloseable raw(Task task, Receiver receiver) {
        return start(task, receiver, new Raw(receiver));
    }

    /** Only what is inserted from now on counts. */
    static AutoCloseable latency(Task task, Receiver receiver) {
        return start(task, receiver, new Latency(receiver, Receiver.micros()));
    }

    /** With a state of its own each time: a snapshot that is complete does not begin again. */
    private static AutoCloseable start(Task task, Receiver receiver, Object handler) {
        MongoClient client = MongoClients.create(task.uri());
        String state = "benchmark_" + UUID.randomUUID();
        ChangeListeners listeners = ChangeListeners.builder(client)
                .database(task.database())
                .stateDatabase(state)
                .placeholders(Placeholders.ofSystem().or(Map.of("collection", Task.collection(0))::get))
                .listener(event -> {
                    if (event instanceof ListenerEvent.StreamFailed failed) {
                        receiver.failed(failed.failure());
                    }
                })
                .handlers(handler)
                .start();
        return () -> {
            listeners.close();
            Mono.from(client.getDatabase(state).drop()).block();
            client.close();
        };
    }

    record Raw(Receiver receiver) {
        @OnChange(id = ID, collection = "${collection}", startFrom = StartFrom.SNAPSHOT)
        public void given(RawBsonDocument item) {
            receiver.received(item.getByteLength());
        }
    }

    record Latency(Receiver receiver, long since) {
        @OnChange(id = ID, collection = "${collection}", startFrom = StartFrom.SNAPSHOT)
        public void given(Document item) {
            Long sentAt = item.getLong("sentAt");
            if (sentAt != null && sentAt >= since) {
                receiver.receivedSentAt(sentAt);
            }
        }
    }
}
