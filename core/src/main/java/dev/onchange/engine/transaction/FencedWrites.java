package dev.onchange.engine.transaction;

import com.mongodb.MongoException;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.engine.timing.SerialWrites;
import dev.onchange.engine.timing.Timing;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Writes for a handler, or a partition of one, each in a transaction that commits only while this instance owns it. They are
 * done one after the other. Safe for use by several threads.
 */
public final class FencedWrites {

    private final Fence fence;
    private final SettledMarks marks;
    private final SessionPool sessions;
    private final TransactionEnds ends;
    private final Timing timing;
    private final SerialWrites writes = new SerialWrites();

    FencedWrites(Fence fence, SettledMarks marks, SessionPool sessions, TransactionEnds ends, Timing timing) {
        this.timing = timing;
        this.fence = fence;
        this.marks = marks;
        this.sessions = sessions;
        this.ends = ends;
    }

    /**
     * Writes in a transaction. Fails with a {@link FencedException} if another instance has taken over, and as the write does.
     *
     * @param write writes in the session; it may be repeated
     */
    public Mono<Void> run(Function<ClientSession, Publisher<?>> write) {
        return writes.run(once(write)
                .retryWhen(timing.retry(
                        TransactionalInvoker.BACKOFF, TransactionEnds.TRIES, FencedWrites::mayPassNextTime)));
    }

    private static boolean mayPassNextTime(Throwable failure) {
        return failure instanceof Conflicts.EndedBeforeCommit
                || failure instanceof MongoException error
                        && error.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL);
    }

    private Mono<Void> once(Function<ClientSession, Publisher<?>> write) {
        return sessions.inTransaction(ends, transaction -> within(transaction, write));
    }

    private Mono<Void> within(OpenTransaction transaction, Function<ClientSession, Publisher<?>> write) {
        ClientSession session = transaction.session();
        return marks.pass(transaction, fence)
                .flatMap(own -> own ? Mono.from(write.apply(session)).then() : Mono.error(fence.takenOver()))
                .then(Mono.defer(() -> ends.commit(session)))
                .onErrorResume(failure -> ends.abort(session).then(Mono.error(failure)));
    }
}
