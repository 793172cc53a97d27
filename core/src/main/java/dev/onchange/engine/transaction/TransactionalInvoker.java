package dev.onchange.engine.transaction;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.TransactionOptions;
import com.mongodb.WriteConcern;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.retry.RetryableInvoker;
import dev.onchange.engine.stream.ResumeTokens;
import dev.onchange.engine.timing.Backoff;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Calls a handler in a transaction of its own each time, which also settles the change. */
final class TransactionalInvoker implements RetryableInvoker {

    static final Backoff BACKOFF = new Backoff(Duration.ofMillis(2), 2, Duration.ofMillis(100), 0.5);

    static final TransactionOptions OPTIONS = TransactionOptions.builder()
            .readConcern(ReadConcern.SNAPSHOT)
            .writeConcern(WriteConcern.MAJORITY)
            .readPreference(ReadPreference.primary())
            .build();

    private final String handlerId;
    private final Invoker handler;
    private final SettledMarks marks;
    private final SessionPool sessions;
    private final Transactions.Settings settings;
    private final Scheduler handlers;
    private final TransactionEnds ends;
    private final @Nullable FenceLanes lanes;
    private final Set<Thread> calling = ConcurrentHashMap.newKeySet();

    /**
     * @param handlerId of whose changes the marks are
     * @param partitionId whose sessions they are
     * @param fence which transactions must not pass once another instance has taken over; null if none can
     */
    TransactionalInvoker(
            String handlerId, String partitionId, @Nullable Fence fence, Invoker handler, Transactions in) {
        this.lanes = fence == null ? null : new FenceLanes(fence);
        this.handlerId = handlerId;
        this.handler = handler;
        this.marks = in.marks();
        this.sessions = in.sessions(partitionId);
        this.settings = in.settings();
        this.handlers = settings.handlers().apply(handlerId);
        this.ends = new TransactionEnds(in.timeout());
    }

    @Override
    public Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession none) {
        return run(change, attempt, false);
    }

    @Override
    public Publisher<?> replay(Change change, Attempt attempt) {
        return run(change, attempt, true);
    }

    /** All changes in one transaction; those that were settled before are left out. */
    @Override
    public Publisher<?> invokeBatch(List<Change> changes, Attempt attempt, @Nullable ClientSession none) {
        HeldThread held = new HeldThread();
        return new TransactionRun(new BatchTransaction(this, handler, attempt, held).of(changes, new BitSet()), held);
    }

    @Override
    public boolean settlesAllOrNone() {
        return true;
    }

    /** The mark stays as long as the position has not passed the change, which may come again. */
    @Override
    public Mono<Void> resolved(Change change) {
        return marks.release(handlerId, token(change)).onErrorComplete(MongoException.class);
    }

    @Override
    public Set<Thread> callingThreads() {
        return calling;
    }

    /**
     * Whether the change is settled. That is not known when a commit was not answered: it may have been applied, or may
     * still be. A transaction that adds the change's mark and takes it back commits only if no other one did that has
     * added it, or still can.
     */
    @Override
    public Mono<Boolean> isSettled(Change change) {
        Mark mark = new Mark(List.of(token(change)), false);
        return transaction(mark, null, session -> marks.takeBack(session, handlerId, token(change)))
                .hasElement();
    }

    private TransactionRun run(Change change, Attempt attempt, boolean replayed) {
        HeldThread held = new HeldThread();
        Mark mark = new Mark(List.of(token(change)), replayed);
        return new TransactionRun(
                transaction(mark, session -> call(session, held, given -> handler.invoke(change, attempt, given)))
                        .map(repeated -> REPEATED),
                held);
    }

    /**
     * What says that changes are settled.
     *
     * @param tokens of the changes
     * @param replayed whether they have dead letters
     */
    record Mark(List<String> tokens, boolean replayed) {}

    /** Emits the tokens of the changes that were settled before, and nothing if there are none. */
    Mono<Set<String>> transaction(Mark mark, Function<ClientSession, Mono<Void>> work) {
        return transaction(mark, lanes, work);
    }

    private Mono<Set<String>> transaction(
            Mark mark, @Nullable FenceLanes fenced, Function<ClientSession, Mono<Void>> work) {
        return Mono.defer(() -> {
            Conflicts conflicts = new Conflicts(handlerId, settings.timing().clock());
            return once(mark, fenced, work)
                    .retryWhen(settings.timing().retry(BACKOFF, Long.MAX_VALUE, conflicts::pass))
                    .onErrorMap(conflicts::explain);
        });
    }

    private Mono<Set<String>> once(Mark mark, @Nullable FenceLanes fenced, Function<ClientSession, Mono<Void>> work) {
        if (fenced == null) {
            return once(begun -> marks.add(begun, handlerId, mark.tokens(), mark.replayed()), mark, work);
        }
        return Mono.defer(() -> {
            int lane = fenced.take();
            return once(begun -> marks.addFenced(begun, handlerId, mark, fenced.fence(), lane), mark, work)
                    .doFinally(end -> fenced.giveBack(lane));
        });
    }

    private Mono<Set<String>> once(
            Function<OpenTransaction, Mono<Boolean>> add, Mark mark, Function<ClientSession, Mono<Void>> work) {
        return sessions.inTransaction(ends, transaction -> within(transaction, add, mark, work));
    }

    private Mono<Set<String>> within(
            OpenTransaction transaction,
            Function<OpenTransaction, Mono<Boolean>> add,
            Mark mark,
            Function<ClientSession, Mono<Void>> work) {
        ClientSession session = transaction.session();
        return add.apply(transaction)
                .onErrorMap(MongoException.class, Conflicts::beforeCall)
                .flatMap(added -> added
                        ? work.apply(session)
                                .then(Mono.defer(() -> ends.commit(session)))
                                .then(Mono.<Set<String>>empty())
                        : ends.abort(session).then(Mono.defer(() -> repeated(mark.tokens()))))
                .onErrorResume(failure -> ends.abort(session).then(Mono.error(failure)));
    }

    /** What a primary says that is none any more can be rolled back: the majority has to know the mark. */
    private Mono<Set<String>> repeated(List<String> tokens) {
        return marks.those(handlerId, tokens)
                .onErrorMap(MongoException.class, Conflicts::beforeCall)
                .flatMap(there -> there.isEmpty() ? Mono.error(unacknowledged()) : Mono.just(there));
    }

    private static MongoException unacknowledged() {
        MongoException conflict = new MongoException("The mark that the change is settled is not acknowledged yet.");
        conflict.addLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL);
        return conflict;
    }

    /** When it is cancelled, the thread is interrupted but not given back: the handler may take no notice, and hold it. */
    Mono<Void> call(ClientSession session, HeldThread held, SessionCall called) {
        HandlerSession given = new HandlerSession(session);
        return Mono.<Mono<Void>>create(end -> {
                    Disposable cancelled = Disposables.single();
                    end.onCancel(cancelled);
                    handlers.schedule(() -> end.success(called(given.proxy(), held, cancelled, called)));
                })
                .flatMap(end -> end)
                .doOnTerminate(given::end)
                .doOnCancel(given::end);
    }

    /** A call of the handler within a transaction. */
    @FunctionalInterface
    interface SessionCall {

        @Nullable
        Publisher<?> invoke(ClientSession session) throws Throwable;
    }

    private Mono<Void> called(ClientSession session, HeldThread held, Disposable cancelled, SessionCall called) {
        held.enter();
        calling.add(Thread.currentThread());
        try {
            if (cancelled.isDisposed()) {
                return Mono.empty();
            }
            Publisher<?> end = called.invoke(session);
            return end == null ? Mono.empty() : Flux.from(end).then();
        } catch (Throwable failure) {
            return Mono.error(failure);
        } finally {
            calling.remove(Thread.currentThread());
            held.leave();
        }
    }

    static String token(Change change) {
        return Objects.requireNonNull(ResumeTokens.data(change.raw().token()));
    }
}
