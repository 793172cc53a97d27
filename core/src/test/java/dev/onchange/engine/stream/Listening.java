package dev.onchange.engine.stream;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** What one stream has brought. */
final class Listening implements AutoCloseable {

    private final OpenStream stream;
    private final List<RawChange> changes = new CopyOnWriteArrayList<>();
    private final BaseSubscriber<RawChange> subscriber;
    private volatile @Nullable Throwable error;

    Listening(OpenStream stream, long demand) {
        this(stream, demand, StreamHandlers.UNKNOWN);
    }

    Listening(OpenStream stream, long demand, StreamHandlers handlers) {
        this.stream = stream;
        this.subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(demand);
            }

            @Override
            protected void hookOnNext(RawChange change) {
                changes.add(change);
            }

            @Override
            protected void hookOnError(Throwable failure) {
                error = failure;
            }
        };
        stream.changes(handlers).flatMapIterable(batch -> batch, 1).subscribe(subscriber);
    }

    OpenStream stream() {
        return stream;
    }

    List<RawChange> changes() {
        return changes;
    }

    List<String> operations() {
        return changes.stream().map(RawChange::operation).toList();
    }

    /** The ids of the documents that were changed. */
    List<BsonValue> ids() {
        return changes.stream()
                .map(RawChange::documentKey)
                .filter(Objects::nonNull)
                .map(key -> key.get("_id"))
                .toList();
    }

    List<Integer> numbers() {
        return ids().stream().map(id -> id.asInt32().getValue()).toList();
    }

    RawChange last() {
        return changes.get(changes.size() - 1);
    }

    Listening await(int count) {
        awaitility().until(() -> changes.size() >= count);
        return this;
    }

    boolean hasFailed() {
        return error != null;
    }

    Throwable awaitError() {
        awaitility().until(() -> error != null);
        return error;
    }

    void request(long more) {
        subscriber.request(more);
    }

    private static org.awaitility.core.ConditionFactory awaitility() {
        return org.awaitility.Awaitility.await().atMost(Watcher.PATIENCE);
    }

    @Override
    public void close() {
        subscriber.cancel();
        stream.closed().block(Watcher.PATIENCE);
    }
}
