package dev.onchange.engine.retry;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.engine.deadletter.DeadLetterQueue;
import dev.onchange.engine.deadletter.MongoDeadLetterStore;
import dev.onchange.engine.deadletter.OtherInstances;
import dev.onchange.engine.deadletter.StoredDeadLetters;
import dev.onchange.engine.dispatch.BackpressureLimits;
import dev.onchange.engine.dispatch.Rig;
import dev.onchange.engine.invoke.FatalErrors;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.timing.Timing;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.HandlerCounts;
import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Handlers with their retries over a stream fed by hand, and dead letters on a real server. */
public final class Bench implements AutoCloseable {

    public final Rig rig = new Rig(BackpressureLimits.DEFAULT);
    public final Timing timing = new Timing(Clock.systemUTC(), new Random(7), rig.time, rig.time);
    public final Queue<ListenerEvent> events = rig.events;
    public final MongoClient client = MongoClients.create(LocalMongo.shared().connectionString());
    public final String database;
    public final MongoDeadLetterStore store;
    public final DeadLetterQueue queue;
    public final StoredDeadLetters letters;
    private final FatalErrors fatalErrors = new FatalErrors();

    private Bench(String database) {
        this.database = database;
        store = new MongoDeadLetterStore(client, database);
        store.prepare().block();
        queue = new DeadLetterQueue(store, timing, events::add);
        letters = new StoredDeadLetters(store, queue, rig.dispatcher::resend, OtherInstances.NONE, timing);
    }

    /** With an empty store. */
    public static Bench empty(String database) {
        Bench bench = new Bench(database);
        Flux.just(MongoDeadLetterStore.COLLECTION, MongoDeadLetterStore.PARTS)
                .concatMap(name ->
                        bench.client.getDatabase(database).getCollection(name).deleteMany(new Document()))
                .blockLast();
        return bench;
    }

    /** With what the last one has left, as after a restart. */
    public Bench again() {
        return new Bench(database);
    }

    public Bench with(Declared declared, Invoker invoker) {
        return with(declared, invoker, null);
    }

    public Bench with(Declared declared, Invoker invoker, @Nullable Watchdog watchdog) {
        return with(declared, invoker, watchdog, timing);
    }

    Bench with(Declared declared, Invoker invoker, @Nullable Watchdog watchdog, Timing retrying) {
        queue.load(List.of(declared.spec())).block();
        RetryableInvoker called = invoker instanceof RetryableInvoker transactional
                ? transactional
                : RetryableInvoker.of(fatalErrors.around(invoker));
        ExhaustedChanges recoverer = queue.exhaustedOf(declared.spec());
        Retrier single = new Retrier(declared.spec(), 0, called, recoverer, retrying, watchdog);
        rig.with(
                declared,
                declared.spec().batch() == null
                        ? single
                        : new BatchRetrier(declared.spec(), called, recoverer, single, retrying, watchdog));
        return this;
    }

    public Bench start() {
        rig.start();
        return this;
    }

    public HandlerCounts counts(String handlerId) {
        return rig.dispatcher.state(handlerId).counts();
    }

    public List<DeadLetter> stored() {
        return letters.list(DeadLetterFilter.all()).collectList().block();
    }

    @Override
    public void close() {
        rig.close();
        fatalErrors.close();
        client.close();
    }
}
