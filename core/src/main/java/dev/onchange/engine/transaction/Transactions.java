package dev.onchange.engine.transaction;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.retry.RetryableInvoker;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.ResumeTokens;
import dev.onchange.engine.timing.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Lets what a handler writes through its session commit together with a mark that the change is settled. A change that
 * comes again, because the position was not saved before a crash, meets its mark and is not handled twice. Marks are
 * removed once the saved position has passed them; those of replayed changes, when the dead letter is gone, too.
 *
 * <p>A mark is a document <code>{_id: {handler: …, token: …}, at: …}</code> in {@value #COLLECTION} of the state
 * database; the sessions in use stand in {@value #SESSIONS}. The account needs {@code find}, {@code insert},
 * {@code update}, {@code remove} and {@code createCollection} on both.
 */
public final class Transactions {

    /** The collection of the marks. */
    public static final String COLLECTION = "settled";

    /** The collection of the sessions in which transactions run. */
    public static final String SESSIONS = "sessions";

    private final MongoClient client;
    private final SettledMarks marks;
    private final TransactionSessions noted;
    private final Map<String, SessionPool> sessions = new ConcurrentHashMap<>();
    private final Settings settings;
    private final CommandTimeout timeout;
    private volatile boolean prepared;

    /**
     * How transactions are run.
     *
     * @param handlers runs the handler of an id, which may block
     * @param timing tells the time, and lets waits end
     * @param answerTimeout how long the server may take to answer, before a connection counts as dead
     */
    public record Settings(Function<String, Scheduler> handlers, Timing timing, Duration answerTimeout) {}

    /** @param database the state database */
    public Transactions(MongoClient client, String database, Settings settings) {
        CommandTimeout timeout = new CommandTimeout(settings.answerTimeout, settings.timing.timer());
        this.client = client;
        this.settings = settings;
        this.timeout = timeout;
        this.marks = new SettledMarks(client.getDatabase(database), timeout, settings.timing.clock());
        this.noted = new TransactionSessions(client, database, timeout, settings.timing.clock());
    }

    /** Creates what is missing, the first time. */
    public Mono<Void> prepare() {
        return Mono.defer(() -> prepared ? Mono.empty() : marks.prepare().doOnSuccess(done -> prepared = true));
    }

    /**
     * Ends what a process that died has left open, before its handlers begin here. Should one with the same handlers be
     * alive, its transactions fail and are repeated.
     *
     * @param partitionIds of handlers and partitions
     */
    public Mono<Void> end(Collection<String> partitionIds) {
        return noted.end(partitionIds);
    }

    /** The same, and from then on no transaction of an instance with an earlier term commits. */
    public Mono<Void> takeOver(Collection<Fence> fences) {
        List<String> ids = fences.stream().map(Fence::partitionId).toList();
        return ids.isEmpty()
                ? Mono.empty()
                // To raise fences creates the collection, outside of transactions.
                : noted.end(ids).then(marks.fences().raise(fences));
    }

    /** The same for partitions that nobody has any more, as their handler is divided in another way: whose they were. */
    public Mono<Void> endFormer(Collection<String> partitionIds) {
        return prepare().then(noted.end(partitionIds)).then(marks.fences().raiseBeyondOwners(partitionIds));
    }

    /** The handler, each call of it in a transaction of its own. */
    public RetryableInvoker around(String handlerId, Invoker invoker) {
        return around(handlerId, handlerId, null, invoker);
    }

    /**
     * A handler that other instances may take over, or a partition of one.
     *
     * @param fence which transactions must not pass after that; null if none can
     */
    public RetryableInvoker around(String handlerId, String partitionId, @Nullable Fence fence, Invoker invoker) {
        return new TransactionalInvoker(handlerId, partitionId, fence, invoker, this);
    }

    /** What is written for a handler, or a partition, while this instance owns it. */
    public FencedWrites fenced(Fence fence) {
        return new FencedWrites(
                fence, marks, sessions(fence.partitionId()), new TransactionEnds(timeout), settings.timing());
    }

    /** Removes the marks that the saved positions have passed. */
    public Mono<Void> prune(Map<String, Position> saved) {
        Instant now = settings.timing.clock().instant();
        return Flux.fromIterable(saved.entrySet())
                .concatMap(entry -> {
                    String token = ResumeTokens.data(entry.getValue().token());
                    return token == null ? Mono.empty() : marks.removeUpTo(entry.getKey(), token, now);
                })
                .then();
    }

    /** Removes all marks of these handlers, whose changes are to be handled once more. */
    public Mono<Void> forget(Collection<String> handlerIds) {
        return marks.removeAll(handlerIds);
    }

    /** These handlers have left. */
    public void left(Collection<String> handlerIds) {
        sessions.forEach((id, ofPartition) -> {
            if (handlerIds.contains(Partition.handlerOf(id)) && sessions.remove(id, ofPartition)) {
                ofPartition.close();
            }
        });
    }

    /** No transaction will follow. */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            sessions.values().forEach(SessionPool::close);
            return noted.forget();
        });
    }

    SettledMarks marks() {
        return marks;
    }

    SessionPool sessions(String partitionId) {
        return sessions.computeIfAbsent(partitionId, id -> new SessionPool(id, client, noted));
    }

    Settings settings() {
        return settings;
    }

    CommandTimeout timeout() {
        return timeout;
    }
}
