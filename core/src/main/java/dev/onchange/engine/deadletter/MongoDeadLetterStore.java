package dev.onchange.engine.deadletter;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.empty;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Indexes.ascending;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.cursor.TimeoutMode;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.CountOptions;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.result.DeleteResult;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.deadletter.LetterCount;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.transaction.FencedWrites;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.bson.BSONException;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps dead letters in MongoDB, a document a letter. Written with write concern "majority", read with read concern
 * "majority". The account needs {@code find}, {@code insert}, {@code update}, {@code remove} and {@code createIndex} on
 * {@value #COLLECTION} and {@value #PARTS}.
 */
public final class MongoDeadLetterStore implements DeadLetterStore {

    /** The collection that holds the letters. */
    public static final String COLLECTION = "deadLetters";

    /** The collection that holds events which do not fit into their letter. */
    public static final String PARTS = "deadLetters.parts";

    private static final String EVENT_PARTS = "eventParts";

    private static final String COUNT = "count";

    private static final List<String> BLOCKED =
            List.of(LetterDocuments.HANDLER, LetterDocuments.KEY, LetterDocuments.TOKEN, LetterDocuments.PARKED);

    /** Leaves room in the document for the rest of the letter. */
    private static final int LARGEST_EMBEDDED = 12 * 1024 * 1024;

    /**
     * Servers store 180 levels, but fail where a reply needs more than that (seen on 6.0.5 for {@code findAndModify}):
     * events that come near are kept in parts.
     */
    private static final int DEEPEST_EMBEDDED = 100;

    /** After this time the driver closes a connection that gives no answer, and the operation fails and may be retried. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final MongoCollection<BsonDocument> letters;
    private final MongoCollection<BsonDocument> inTransactions;
    private final LetterIndexes indexes;
    private final EventParts parts;

    /** @param database where the collections are */
    public MongoDeadLetterStore(MongoClient client, String database) {
        this(client, database, ANSWER_TIMEOUT);
    }

    MongoDeadLetterStore(MongoClient client, String database, Duration answerTimeout) {
        MongoDatabase state = client.getDatabase(database)
                .withWriteConcern(WriteConcern.MAJORITY)
                .withReadConcern(ReadConcern.MAJORITY)
                .withReadPreference(ReadPreference.primary())
                .withTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
        this.inTransactions = client.getDatabase(database).getCollection(COLLECTION, BsonDocument.class);
        this.letters = state.getCollection(COLLECTION, BsonDocument.class);
        this.indexes = new LetterIndexes(letters);
        this.parts = new EventParts(
                state.getCollection(PARTS, BsonDocument.class),
                client.getDatabase(database).getCollection(PARTS, BsonDocument.class));
    }

    /** Creates the indexes, or verifies that they exist, and tries a write. */
    @Override
    public Mono<Void> prepare() {
        return indexes.prepare().then(parts.probe()).onErrorMap(MongoException.class, this::unusable);
    }

    private OnChangeException unusable(MongoException failure) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.DEAD_LETTERS_UNUSABLE,
                        "MongoDB " + letters.getNamespace().getFullName(),
                        "Changes whose handler fails for good cannot be kept there: " + Reason.sentence(failure),
                        Reason.isUnauthorized(failure)
                                ? "Grant the account find, insert, update, remove and createIndex on this database, as"
                                        + " the role readWrite does."
                                : "Make sure that the primary can be reached and a majority of the members is up.")),
                failure);
    }

    @Override
    public Mono<Void> add(DeadLetter letter) {
        return add(letter, this::insert);
    }

    /** The same, if this instance owns the handler still. Fails with a {@link FencedException} if it does not. */
    Mono<Void> add(DeadLetter letter, FencedWrites fenced) {
        return add(letter, document -> fenced.run(session -> inTransactions.insertOne(session, document)));
    }

    private Mono<Void> add(DeadLetter letter, Function<BsonDocument, Mono<Void>> insert) {
        return Mono.defer(() -> {
                    RawBsonDocument event = raw(letter.event());
                    return RawBytes.length(event) > LARGEST_EMBEDDED
                                    || Raw.depth(RawBytes.array(event), RawBytes.offset(event)) > DEEPEST_EMBEDDED
                            ? insertWithParts(letter, event, insert)
                            : insert.apply(LetterDocuments.toDocument(letter).append("event", event))
                                    .onErrorResume(
                                            MongoDeadLetterStore::isRefused,
                                            refused -> insertWithParts(letter, event, insert));
                })
                .onErrorResume(MongoDeadLetterStore::isDuplicate, duplicate -> Mono.empty());
    }

    @Override
    public Mono<Void> update(DeadLetter letter) {
        return Mono.from(letters.updateOne(eq(letter.id()), failure(letter))).then();
    }

    /** The same, if this instance owns the handler still. Fails with a {@link FencedException} if it does not. */
    Mono<Void> update(DeadLetter letter, FencedWrites fenced) {
        return fenced.run(session -> inTransactions.updateOne(session, eq(letter.id()), failure(letter)));
    }

    private static Bson failure(DeadLetter letter) {
        return new BsonDocument("$set", LetterDocuments.failureFields(letter));
    }

    @Override
    public Mono<Void> remove(DeadLetter letter) {
        return removeIfPresent(letter).then();
    }

    @Override
    public Mono<Boolean> removeIfPresent(DeadLetter letter) {
        return present(letter)
                .flatMap(present -> Mono.from(letters.deleteOne(eq(letter.id())))
                        .delayUntil(deleted -> parts.remove(letter.id(), partsOf(present))))
                .map(MongoDeadLetterStore::isRemoved)
                .defaultIfEmpty(false);
    }

    /** The same, if this instance owns the handler still. Fails with a {@link FencedException} if it does not. */
    Mono<Boolean> removeIfPresent(DeadLetter letter, FencedWrites fenced) {
        return present(letter)
                .flatMap(present -> {
                    AtomicBoolean removed = new AtomicBoolean();
                    return fenced.run(session -> Mono.from(inTransactions.deleteOne(session, eq(letter.id())))
                                    .doOnNext(deleted -> removed.set(isRemoved(deleted)))
                                    .then(parts.remove(session, letter.id(), partsOf(present))))
                            .then(Mono.fromSupplier(removed::get));
                })
                .defaultIfEmpty(false);
    }

    private static boolean isRemoved(DeleteResult deleted) {
        return deleted.getDeletedCount() > 0;
    }

    private Mono<BsonDocument> present(DeadLetter letter) {
        return Mono.from(letters.find(eq(letter.id())).projection(Projections.include(EVENT_PARTS)));
    }

    @Override
    public Flux<DeadLetter> find(DeadLetterFilter filter, @Nullable DeadLetter after, int limit) {
        return Flux.from(letters.find(and(toQuery(filter), isAfter(after)))
                        .sort(Sorts.ascending(LetterDocuments.HANDLER, LetterDocuments.TOKEN))
                        .limit(limit)
                        .timeoutMode(TimeoutMode.ITERATION))
                .concatMap(this::toLetter);
    }

    @Override
    public Mono<Long> count(DeadLetterFilter filter) {
        CountOptions options = new CountOptions();
        if (filter.equals(DeadLetterFilter.all())) {
            // Entries of an index are read faster than letters with their events.
            options.hint(LetterIndexes.BY_TOKEN);
        }
        return Mono.from(letters.countDocuments(toQuery(filter), options));
    }

    @Override
    public Mono<Map<String, LetterCount>> countByHandler(Collection<String> handlerIds) {
        // Answered by the index alone.
        return Flux.from(letters.aggregate(
                                List.of(
                                        Aggregates.match(in(LetterDocuments.HANDLER, handlerIds)),
                                        Aggregates.group(
                                                new BsonDocument(
                                                                LetterDocuments.HANDLER, field(LetterDocuments.HANDLER))
                                                        .append(LetterDocuments.PARKED, field(LetterDocuments.PARKED)),
                                                Accumulators.sum(COUNT, 1L))),
                                BsonDocument.class)
                        .hint(LetterIndexes.BY_DOCUMENT))
                .collect(HashMap::new, MongoDeadLetterStore::addCount);
    }

    private static void addCount(Map<String, LetterCount> counts, BsonDocument group) {
        BsonDocument of = group.getDocument("_id");
        long count = group.getNumber(COUNT).longValue();
        boolean parked =
                of.getBoolean(LetterDocuments.PARKED, BsonBoolean.FALSE).getValue();
        counts.merge(
                of.getString(LetterDocuments.HANDLER).getValue(),
                parked ? new LetterCount(0, count) : new LetterCount(count, 0),
                LetterCount::and);
    }

    private static BsonString field(String name) {
        return new BsonString("$" + name);
    }

    @Override
    public Mono<BlockedKey> blockedKey(String handlerId, BsonDocument key) {
        return Mono.from(letters.find(
                                toQuery(DeadLetterFilter.ofHandler(handlerId).key(key)))
                        .sort(ascending(LetterDocuments.TOKEN))
                        .projection(Projections.include(LetterDocuments.TOKEN, LetterDocuments.PARKED))
                        .first())
                .map(first -> blockedKey(handlerId, key, first));
    }

    @Override
    public Flux<BlockedKey> blockedKeys(Collection<String> handlerIds) {
        // Answered by the index alone, which has null for no key; the server took two minutes to group a million
        // letters.
        return Flux.from(letters.find(in(LetterDocuments.HANDLER, handlerIds), RawBsonDocument.class)
                        .projection(Projections.fields(Projections.excludeId(), Projections.include(BLOCKED)))
                        .sort(LetterIndexes.BY_DOCUMENT)
                        .hint(LetterIndexes.BY_DOCUMENT)
                        .timeoutMode(TimeoutMode.ITERATION))
                .filter(letter -> letter.isDocument(LetterDocuments.KEY))
                .map(letter -> blockedKey(
                        letter.getString(LetterDocuments.HANDLER).getValue(),
                        letter.getDocument(LetterDocuments.KEY),
                        letter))
                .distinctUntilChanged(LetterSequence::of);
    }

    private Mono<Void> insert(BsonDocument document) {
        return Mono.from(letters.insertOne(document)).then();
    }

    private Mono<Void> insertWithParts(
            DeadLetter letter, RawBsonDocument event, Function<BsonDocument, Mono<Void>> insert) {
        // The parts first: a letter without its event would be lost.
        return parts.store(letter.id(), event)
                .flatMap(count ->
                        insert.apply(LetterDocuments.toDocument(letter).append(EVENT_PARTS, new BsonInt32(count))));
    }

    private Mono<DeadLetter> toLetter(BsonDocument document) {
        Mono<RawBsonDocument> event = document.containsKey("event")
                ? Mono.fromSupplier(() -> raw(document.getDocument("event")))
                : parts.load(document.getString(LetterDocuments.ID).getValue(), partsOf(document));
        return event.map(whole -> LetterDocuments.toLetter(document, whole));
    }

    private static int partsOf(BsonDocument document) {
        return document.getInt32(EVENT_PARTS, new BsonInt32(0)).getValue();
    }

    private static RawBsonDocument raw(BsonDocument event) {
        return event instanceof RawBsonDocument raw ? raw : new RawBsonDocument(event, new BsonDocumentCodec());
    }

    private static BlockedKey blockedKey(String handlerId, BsonDocument key, BsonDocument first) {
        return new BlockedKey(
                handlerId,
                key,
                first.getString(LetterDocuments.TOKEN).getValue(),
                first.getBoolean(LetterDocuments.PARKED).getValue());
    }

    private static Bson toQuery(DeadLetterFilter filter) {
        List<Bson> conditions = new ArrayList<>();
        add(conditions, LetterDocuments.ID, filter.id());
        add(conditions, LetterDocuments.HANDLER, filter.handlerId());
        add(conditions, LetterDocuments.KEY, filter.key());
        add(conditions, LetterDocuments.FAILURE_TYPE, filter.failureType());
        add(conditions, LetterDocuments.PARKED, filter.parked());
        if (!filter.documentIds().isEmpty()) {
            conditions.add(in(LetterDocuments.DOCUMENT_ID, filter.documentIds()));
        }
        if (filter.from() != null) {
            conditions.add(gte(LetterDocuments.LAST_AT, filter.from()));
        }
        if (filter.to() != null) {
            conditions.add(lt(LetterDocuments.LAST_AT, filter.to()));
        }
        return conditions.isEmpty() ? empty() : and(conditions);
    }

    private static void add(List<Bson> conditions, String field, @Nullable Object value) {
        if (value != null) {
            conditions.add(eq(field, value));
        }
    }

    private static Bson isAfter(@Nullable DeadLetter after) {
        if (after == null) {
            return empty();
        }
        return or(
                gt(LetterDocuments.HANDLER, after.handlerId()),
                and(eq(LetterDocuments.HANDLER, after.handlerId()), gt(LetterDocuments.TOKEN, after.token())));
    }

    private static boolean isDuplicate(Throwable failure) {
        return failure instanceof MongoWriteException write
                && write.getError().getCategory() == ErrorCategory.DUPLICATE_KEY;
    }

    /** Whether the server will never store the document as it is, for its names, its depth or its size. */
    private static boolean isRefused(Throwable failure) {
        return !isDuplicate(failure) && failure instanceof MongoWriteException || failure instanceof BSONException;
    }
}
