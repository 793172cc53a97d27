package dev.onchange.engine.cluster;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.or;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Keeps commands in the collection {@value #COMMANDS}, and which handlers are paused in {@value #PAUSED}. */
public final class MongoCommandStore implements CommandStore {

    public static final String COMMANDS = "onchange.commands";
    public static final String PAUSED = "onchange.paused";

    private static final Duration RESULTS_KEPT = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofDays(7);

    private final MongoCollection<BsonDocument> commands;
    private final MongoCollection<BsonDocument> paused;
    private final Mono<Void> changed;
    private final String by;
    private final Scheduler thread;

    /**
     * @param store of the members that are told; its client and database are used
     * @param by who asks, for people who read the collection
     * @param thread where results are signalled
     */
    public MongoCommandStore(MongoClusterStore store, String by, Scheduler thread) {
        this.commands = store.collection(COMMANDS);
        this.paused = store.collection(PAUSED);
        this.changed = Mono.defer(store::changed).then();
        this.by = by;
        this.thread = thread;
    }

    private <T> Mono<T> here(Publisher<T> operation) {
        return Mono.from(operation).publishOn(thread);
    }

    @Override
    public Mono<Void> ask(List<Command> all) {
        return here(commands.bulkWrite(
                        all.stream()
                                .map(command -> CommandBson.ask(command, by))
                                .toList(),
                        new BulkWriteOptions().ordered(false)))
                .then(changed);
    }

    @Override
    public Mono<List<Command>> open() {
        return list(in(CommandBson.STATE, CommandBson.ASKED, CommandBson.BEGUN));
    }

    @Override
    public Mono<List<Command>> of(ObjectId id) {
        return list(eq(CommandBson.COMMAND, id));
    }

    private Mono<List<Command>> list(Bson filter) {
        return Flux.from(commands.find(filter).sort(eq("asked", 1)))
                .map(CommandBson::command)
                .collectList()
                .publishOn(thread);
    }

    @Override
    public Mono<Boolean> begin(Command.Key key, ObjectId owner) {
        return here(commands.updateOne(
                        and(eq(CommandBson.id(key)), in(CommandBson.STATE, CommandBson.ASKED, CommandBson.BEGUN)),
                        Updates.combine(
                                Updates.set(CommandBson.STATE, CommandBson.BEGUN),
                                Updates.set(CommandBson.OWNER, owner))))
                .map(result -> result.getMatchedCount() > 0);
    }

    @Override
    public Mono<Void> end(Command.Key key, ObjectId owner, BsonDocument result) {
        return here(commands.updateOne(
                        and(eq(CommandBson.id(key)), eq(CommandBson.OWNER, owner)),
                        Updates.combine(
                                Updates.set(CommandBson.STATE, CommandBson.DONE),
                                Updates.set(CommandBson.RESULT, result))))
                .then();
    }

    @Override
    public Mono<Void> withdraw(ObjectId id) {
        return here(commands.deleteMany(and(eq(CommandBson.COMMAND, id), eq(CommandBson.STATE, CommandBson.ASKED))))
                .then();
    }

    @Override
    public Mono<Void> forget(ObjectId id) {
        return here(commands.deleteMany(eq(CommandBson.COMMAND, id))).then();
    }

    @Override
    public Mono<Void> cancel(ObjectId id) {
        return forget(id).then(changed);
    }

    @Override
    public Mono<Void> removeOld() {
        return here(commands.deleteMany(or(
                        and(eq(CommandBson.STATE, CommandBson.DONE), CommandBson.askedBefore(RESULTS_KEPT)),
                        CommandBson.askedBefore(KEPT))))
                .then();
    }

    @Override
    public Mono<Map<String, Boolean>> paused() {
        return Flux.from(paused.find())
                .collectMap(
                        document -> document.getString("_id").getValue(),
                        document -> document.getBoolean("paused").getValue())
                .publishOn(thread);
    }

    @Override
    public Mono<Void> setPaused(String handler, boolean isPaused) {
        return here(paused.updateOne(eq(handler), CommandBson.paused(isPaused, by), new UpdateOptions().upsert(true)))
                .then(changed);
    }
}
