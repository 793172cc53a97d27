package dev.onchange.examples.benchmarks.contender;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.Placeholders;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.Document;
import org.bson.RawBsonDocument;

/** A single annotated method. */
final class OnChangeHandlers {

    static final String ID = "benchmark";

    /** Of each process its own: they would share the handler otherwise. */
    private static final String STATE =
            "benchmark_state_" + ProcessHandle.current().pid();

    private OnChangeHandlers() {}

    static AutoCloseable raw(Task task, Receiver receiver) {
        return task.lookUp()
                ? start(task, receiver, List.of(new LookedUp(receiver)), List.of(ID))
                : start(task, receiver, List.of(new Raw(receiver)), List.of(ID));
    }

    static AutoCloseable alone(Task task, Receiver receiver) {
        return builder(task, receiver, List.of(ID))
                .handlers(new Raw(receiver))
                .cluster(Cluster.alone())
                .start();
    }

    static AutoCloseable document(Task task, Receiver receiver) {
        return start(task, receiver, List.of(new Documents(receiver)), List.of(ID));
    }

    static AutoCloseable record(Task task, Receiver receiver) {
        return start(task, receiver, List.of(new Records(receiver)), List.of(ID));
    }

    static AutoCloseable latency(Task task, Receiver receiver) {
        return start(task, receiver, List.of(new Latency(receiver)), List.of(ID));
    }

    static AutoCloseable latencyHere(Task task, Receiver receiver) {
        return builder(task, receiver, List.of(ID))
                .handlers(new Latency(receiver))
                .executor(Runnable::run)
                .start();
    }

    static AutoCloseable unwanted(Task task, Receiver receiver) {
        return start(task, receiver, List.of(new Picky(receiver)), List.of(ID));
    }

    /** With everything else as it is by default: positions are kept on the server. */
    static ChangeListeners start(Task task, Receiver receiver, Collection<?> handlers, Collection<String> ids) {
        return builder(task, receiver, ids).handlers(handlers.toArray()).start();
    }

    static ChangeListenersBuilder builder(Task task, Receiver receiver, Collection<String> ids) {
        ChangeListenersBuilder builder = ChangeListeners.builder(task.uri())
                .database(task.database())
                .stateDatabase(STATE)
                .placeholders(Placeholders.ofSystem().or(Map.of("collection", Task.collection(0))::get))
                .checkpointInterval(Duration.ofMillis(task.checkpoint()))
                .listener(event -> {
                    if (event instanceof ListenerEvent.StreamFailed failed) {
                        receiver.failed(failed.failure());
                    }
                });
        ids.forEach(id -> builder.startAt(id, task.from()));
        return builder;
    }

    record Raw(Receiver receiver) {
        @OnChange(id = ID, collection = "${collection}")
        public void changed(RawBsonDocument item) {
            receiver.received(item.getByteLength());
        }
    }

    record LookedUp(Receiver receiver) {
        @OnChange(id = ID, collection = "${collection}", fullDocument = FullDocument.UPDATE_LOOKUP)
        public void changed(ChangeEvent<RawBsonDocument> change) {
            receiver.received(Objects.requireNonNull(change.fullDocument()).getByteLength());
        }
    }

    record Documents(Receiver receiver) {
        @OnChange(id = ID, collection = "${collection}")
        public void changed(Document item) {
            receiver.received(item.getInteger("qty"));
        }
    }

    record Records(Receiver receiver) {
        @OnChange(id = ID, collection = "${collection}")
        public void changed(Item item) {
            receiver.received(item.qty());
        }
    }

    record Latency(Receiver receiver) {
        @OnChange(id = ID, collection = "${collection}")
        public void changed(Document item) {
            receiver.receivedSentAt(item.getLong("sentAt"));
        }
    }

    /** The filter could fail, on a {@code qty} that is no number, and so the server, whose stream would end, is not asked. */
    record Picky(Receiver receiver) {
        @OnChange(
                id = ID,
                collection = "${collection}",
                operation = "insert",
                match = "{ $expr: { $gt: [ { $abs: '$fullDocument.qty' }, 1000 ] } }")
        public void changed(RawBsonDocument item) {
            receiver.received(item.getByteLength());
        }
    }

    /** The same, and no change stands out so far. */
    record Unaskable(Receiver receiver) {
        @OnChange(
                id = ID,
                collection = "${collection}",
                operation = "insert",
                match = "{ $expr: { $gt: [ { $abs: '$fullDocument.qty' }, 100000000 ] } }")
        public void changed(RawBsonDocument item) {
            receiver.received(item.getByteLength());
        }
    }
}
