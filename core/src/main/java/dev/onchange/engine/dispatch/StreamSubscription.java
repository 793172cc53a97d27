package dev.onchange.engine.dispatch;

import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.RawChange;
import java.util.List;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** The subscription to one stream of a dispatcher. Asks for one batch at once, which waits if the stream is still to take over. */
final class StreamSubscription extends BaseSubscriber<List<RawChange>> {

    private final OpenStream stream;
    private final ChangeSubscriber changes;

    /** Guarded by the subscriber. */
    private List<RawChange> early = List.of();

    StreamSubscription(OpenStream stream, ChangeSubscriber changes) {
        this.stream = stream;
        this.changes = changes;
    }

    OpenStream stream() {
        return stream;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        request(1);
    }

    @Override
    protected void hookOnNext(List<RawChange> batch) {
        changes.received(this, batch);
    }

    @Override
    protected void hookOnError(Throwable reason) {
        changes.failed(this, reason);
    }

    @Override
    protected void hookOnComplete() {
        changes.ended(this);
    }

    /** Keeps what comes before the stream has taken over. */
    void keep(List<RawChange> batch) {
        early = batch;
    }

    List<RawChange> early() {
        return early;
    }
}
