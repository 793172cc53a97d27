package dev.onchange.examples.benchmarks.contender;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeListeners;
import dev.onchange.Cluster;
import dev.onchange.status.ClusterStatus;
import dev.onchange.status.ClusterStatus.OwnedHandler;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.RawBsonDocument;
import reactor.core.publisher.Mono;

/** Instances that share one handler, which is divided: each has listeners and a client of its own, in one process. */
final class OnChangeInstances {

    private static final String ID = "benchmark";
    private static final int PARTITIONS = 8;
    private static final int CONCURRENCY = 2;

    /** How long a handler waits that does: long enough for the timer to keep it, whatever else the machine does. */
    private static final Duration WORK = Duration.ofMillis(5);

    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final long LIMIT_SECONDS = 60;

    private OnChangeInstances() {}

    static AutoCloseable listen(Task task, Receiver receiver) {
        return start(task, receiver, document -> Mono.fromRunnable(() -> receiver.received(document.getByteLength())));
    }

    static AutoCloseable waiting(Task task, Receiver receiver) {
        return start(
                task,
                receiver,
                document -> Mono.delay(WORK).doOnNext(done -> receiver.received(document.getByteLength())));
    }

    /** Returns when each has its part. With a state of its own each time: who had parts before would be waited for. */
    private static AutoCloseable start(Task task, Receiver receiver, Function<RawBsonDocument, Mono<?>> handler) {
        String state = "benchmark_" + UUID.randomUUID();
        List<ChangeListeners> instances = new ArrayList<>();
        AutoCloseable all = () -> {
            instances.forEach(ChangeListeners::close);
            drop(task.uri(), state);
        };
        for (int i = 0; i < task.handlers(); i++) {
            instances.add(instance(task, receiver, state, handler));
        }
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!isShared(instances.get(0).status().cluster(), task.handlers())) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("The instances do not share: "
                        + instances.get(0).status().cluster());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return all;
    }

    private static ChangeListeners instance(
            Task task, Receiver receiver, String state, Function<RawBsonDocument, Mono<?>> handler) {
        return ChangeListeners.builder(task.uri())
                .database(task.database())
                .stateDatabase(state)
                .cluster(Cluster.usual().withLease(LEASE))
                .listener(event -> {
                    if (event instanceof ListenerEvent.StreamFailed failed) {
                        receiver.failed(failed.failure());
                    }
                })
                .on(Task.collection(0))
                .payload(RawBsonDocument.class)
                .id(ID)
                .operation("insert")
                .partitions(PARTITIONS)
                .concurrency(CONCURRENCY)
                .handleAsync(change -> handler.apply(Objects.requireNonNull(change.fullDocument())))
                .start();
    }

    private static boolean isShared(ClusterStatus cluster, int instances) {
        Map<String, Long> parts = cluster.handlers().stream()
                .filter(part -> part.listening() && part.next() == null)
                .collect(Collectors.groupingBy(OwnedHandler::owner, Collectors.counting()));
        return parts.size() == instances && parts.values().stream().allMatch(count -> count == PARTITIONS / instances);
    }

    private static void drop(String uri, String database) {
        try (MongoClient client = MongoClients.create(uri)) {
            Mono.from(client.getDatabase(database).drop()).block();
        }
    }
}
