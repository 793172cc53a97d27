package dev.onchange.engine.cluster;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Filters.nin;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import com.mongodb.connection.ServerDescription;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps members, what they declare, units and the leadership in the collections {@value #MEMBERS}, {@value #DECLARED},
 * {@value #UNITS} and {@value #LEADERS}. All times are the server's, by {@code $$NOW} in pipelines.
 */
public final class MongoClusterStore implements ClusterStore {

    public static final String MEMBERS = "onchange.members";
    public static final String DECLARED = "onchange.declared";
    public static final String UNITS = "onchange.units";
    public static final String LEADERS = "onchange.leaders";

    /** There is one leader in a state database. */
    private static final String LEADER = "leader";

    private static final Duration KEPT_AFTER_DEATH = Duration.ofHours(1);

    private final MongoClient client;
    private final MongoDatabase database;
    private final MongoCollection<BsonDocument> members;
    private final MongoCollection<BsonDocument> declared;
    private final MongoCollection<BsonDocument> units;
    private final MongoCollection<BsonDocument> leaders;
    private final Scheduler thread;

    /**
     * @param client is not closed by the store
     * @param timeout how long an operation may take, its majority and the search for a primary included
     * @param thread where results are signalled
     */
    public MongoClusterStore(MongoClient client, String database, Duration timeout, Scheduler thread) {
        this.client = client;
        this.database = client.getDatabase(database)
                .withReadPreference(ReadPreference.primary())
                .withReadConcern(ReadConcern.MAJORITY)
                .withWriteConcern(WriteConcern.MAJORITY)
                .withTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        this.members = collection(MEMBERS);
        this.declared = collection(DECLARED);
        this.units = collection(UNITS);
        this.leaders = collection(LEADERS);
        this.thread = thread;
    }

    MongoCollection<BsonDocument> collection(String name) {
        return database.getCollection(name, BsonDocument.class);
    }

    private <T> Mono<T> here(Publisher<T> operation) {
        return Mono.from(operation).publishOn(thread);
    }

    private <T> Mono<List<T>> all(Publisher<T> results) {
        return Flux.from(results).collectList().publishOn(thread);
    }

    @Override
    public Mono<Void> declare(MemberDeclaration declaration) {
        return here(declared.updateOne(
                        eq("_id", declaration.hash()),
                        ClusterBson.declare(declaration),
                        new UpdateOptions().upsert(true)))
                .onErrorComplete(MongoClusterStore::isDuplicate)
                .then();
    }

    @Override
    public Mono<List<MemberDeclaration>> declarations(Collection<String> hashes) {
        return hashes.isEmpty()
                ? Mono.just(List.of())
                : all(Flux.from(declared.find(in("_id", hashes))).map(ClusterBson::declaration));
    }

    @Override
    public Mono<Boolean> join(ObjectId id, MemberInfo info, Duration lease) {
        return here(members.updateOne(alive(id), ClusterBson.join(info, lease), new UpdateOptions().upsert(true)))
                .thenReturn(true)
                .onErrorResume(MongoClusterStore::isDuplicate, dead -> Mono.just(false));
    }

    private static boolean isDuplicate(Throwable failure) {
        return failure instanceof MongoException answer
                && ErrorCategory.fromErrorCode(answer.getCode()) == ErrorCategory.DUPLICATE_KEY;
    }

    private static Bson alive(ObjectId id) {
        return and(eq("_id", id), ne("state", ClusterBson.DEAD));
    }

    private Mono<Boolean> matched(MongoCollection<BsonDocument> collection, Bson filter, List<? extends Bson> update) {
        return here(collection.updateOne(filter, update)).map(result -> result.getMatchedCount() > 0);
    }

    @Override
    public Mono<Boolean> beat(ObjectId id, Duration lease, String declared, int streams) {
        return matched(members, alive(id), ClusterBson.beat(lease, declared, streams));
    }

    @Override
    public Mono<Boolean> leave(ObjectId id) {
        return matched(members, alive(id), ClusterBson.set("state", ClusterBson.LEAVING));
    }

    @Override
    public Mono<Void> end(ObjectId id) {
        return matched(members, eq("_id", id), ClusterBson.end()).then();
    }

    @Override
    public Mono<List<Member>> members() {
        return all(Flux.from(members.aggregate(List.of(ClusterBson.membersWithTime()), BsonDocument.class))
                .map(ClusterBson::member));
    }

    @Override
    public Mono<Void> removeLongDead() {
        return here(members.deleteMany(and(eq("state", ClusterBson.DEAD), ClusterBson.leaseOverFor(KEPT_AFTER_DEATH))))
                .then(Mono.defer(this::removeUndeclared));
    }

    /** Whoever is about to refer to a declaration has declared it a moment ago. */
    private Mono<Void> removeUndeclared() {
        return all(members.distinct("declared", String.class))
                .flatMap(present -> here(
                        declared.deleteMany(and(nin("_id", present), ClusterBson.declaredBefore(KEPT_AFTER_DEATH)))))
                .then();
    }

    @Override
    public Mono<Leadership> lead(ObjectId id, Duration lease, Collection<ObjectId> dead) {
        return led(ClusterBson.lead(id, lease, dead)).map(ClusterBson::leadership);
    }

    private Mono<BsonDocument> led(List<BsonDocument> update) {
        Mono<BsonDocument> led = Mono.from(leaders.findOneAndUpdate(
                eq("_id", LEADER),
                update,
                new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER)));
        return here(led.onErrorResume(MongoClusterStore::isDuplicate, raced -> led));
    }

    @Override
    public Mono<Void> resign(ObjectId id) {
        return matched(leaders, and(eq("_id", LEADER), eq("owner", id)), ClusterBson.resign())
                .then();
    }

    @Override
    public Mono<Long> changed() {
        return led(ClusterBson.changed()).map(ClusterBson::revision);
    }

    @Override
    public Mono<Boolean> certify(ObjectId id, long beat, boolean sure) {
        Bson unheard = and(alive(id), eq("beat", beat));
        Bson silent = sure ? unheard : and(unheard, ClusterBson.leaseOverFor(Duration.ZERO));
        return matched(members, silent, ClusterBson.set("state", ClusterBson.DEAD))
                .flatMap(done -> done
                        ? Mono.just(true)
                        : here(members.find(alive(id)).first())
                                .map(living -> false)
                                .defaultIfEmpty(true));
    }

    @Override
    public Mono<List<Unit>> units() {
        return units(List.of(ClusterBson.unitsWithTime()));
    }

    @Override
    public Mono<List<Unit>> units(Collection<String> ids) {
        return ids.isEmpty()
                ? Mono.just(List.of())
                : units(List.of(Aggregates.match(in("_id", ids)), ClusterBson.unitsWithTime()));
    }

    private Mono<List<Unit>> units(List<Bson> stages) {
        return all(Flux.from(units.aggregate(stages, BsonDocument.class)).map(ClusterBson::unit));
    }

    /** Members and units as they are now. */
    public Mono<ClusterView> read() {
        return units().zipWith(
                        members(),
                        (all, present) -> ClusterView.EMPTY.withUnits(all).withMembers(present));
    }

    @Override
    public Mono<Void> write(List<UnitWrite> writes) {
        List<WriteModel<BsonDocument>> models = new ArrayList<>();
        for (UnitWrite write : writes) {
            models.add(ClusterBson.write(write));
        }
        return here(units.bulkWrite(models, new BulkWriteOptions().ordered(false)))
                .then();
    }

    @Override
    public String primary() {
        for (ServerDescription server : client.getClusterDescription().getServerDescriptions()) {
            if (server.isPrimary()) {
                return server.getAddress() + " " + server.getElectionId();
            }
        }
        return "";
    }
}
