package dev.onchange.retry;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.engine.dispatch.BackpressureLimits;
import dev.onchange.engine.dispatch.Rig;
import dev.onchange.engine.plan.Declared;
import dev.onchange.invoke.FatalErrors;
import dev.onchange.invoke.Invoker;
import dev.onchange.status.ListenerEvent;
import dev.onchange.testing.LocalMongo;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Handlers with their retries over a stream fed by hand, and dead letters on a real server. */
final class Bench implements AutoCloseable {

    final Rig rig = new Rig(BackpressureLimits.DEFAULT);
    final Chance chance = new Chance(Clock.systemUTC(), rig.time, new Random(7));
    final Queue<ListenerEvent> events = rig.events;
    final MongoClient client = MongoClients.create(LocalMongo.shared().connectionString());
    final String database;
    final MongoDeadLetterStore store;
    final DeadLetterOffice office;
    final DeadLetters letters;
    private final FatalErrors fatalErrors = new FatalErrors();

    private Bench(String database) {
        this.database = database;
        store = new MongoDeadLetterStore(client, database);
        store.prepare().block();
        office = new DeadLetterOffice(store, chance, events::add);
        letters = new DeadLetters(store, office, rig.dispatcher::resend, chance);
    }

    /** With an empty store. */
    static Bench empty(String database) {
        Bench bench = new Bench(database);
        Flux.just(MongoDeadLetterStore.COLLECTION, MongoDeadLetterStore.PARTS)
                .concatMap(name ->
                        bench.client.getDatabase(database).getCollection(name).deleteMany(new Document()))
                .blockLast();
        return bench;
    }

    /** With what the last one has left, as after a restart. */
    Bench again() {
        return new Bench(database);
    }

    Bench with(Declared declared, Invoker invoker) {
        return with(declared, invoker, null);
    }

    Bench with(Declared declared, Invoker invoker, @Nullable Watchdog watchdog) {
        office.load(List.of(declared.spec())).block();
        Invoker called = invoker instanceof TransactionalInvoker ? invoker : fatalErrors.around(invoker);
        rig.with(declared, new Retrier(declared.spec(), called, office, chance, watchdog));
        return this;
    }

    Bench start() {
        rig.start();
        return this;
    }

    HandlerCounts counts(String handlerId) {
        return rig.dispatcher.state(handlerId).counts();
    }

    List<DeadLetter> stored() {
        return letters.list(DeadLetterFilter.all()).collectList().block();
    }

    @Override
    public void close() {
        rig.close();
        fatalErrors.close();
        client.close();
    }
}
