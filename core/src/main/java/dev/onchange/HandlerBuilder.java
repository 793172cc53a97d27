package dev.onchange;

import static java.util.Objects.requireNonNull;

import com.mongodb.client.model.Collation;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.engine.scan.FunctionDeclaration;
import dev.onchange.engine.scan.HandlerFunction;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.BatchAttributes;
import dev.onchange.engine.scan.rule.CallAttributes;
import dev.onchange.engine.scan.rule.CoalesceAttributes;
import dev.onchange.engine.scan.rule.RetryAttributes;
import dev.onchange.engine.scan.rule.StreamAttributes;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.conversions.Bson;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/**
 * Declares a handler without an annotation: what {@link OnChange} says by attributes is said by methods of the same
 * names, with the same defaults, rules and messages. The last call hands over the function:
 *
 * <pre>{@code
 * listeners.on("inventory")
 *         .operation("update")
 *         .match(Filters.lt("updateDescription.updatedFields.qty", 10))
 *         .payload(Item.class)
 *         .handle(change -> reorder(change.documentKey()));
 * }</pre>
 *
 * <p>Not safe for use by several threads.
 *
 * @param <T> the payload type
 * @param <R> what the last call returns
 */
public final class HandlerBuilder<T, R> {

    private static final JsonWriterSettings EXACT =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    private final Scope scope;
    private final String collection;
    private final CodecRegistry codecs;
    private final Function<FunctionDeclaration, R> registration;
    private final List<String> operations = new ArrayList<>();
    private final List<String> pipeline = new ArrayList<>();
    private String id = "";
    private String database = "";
    private String match = "";
    private FullDocument fullDocument = FullDocument.DEFAULT;
    private FullDocumentBeforeChange fullDocumentBeforeChange = FullDocumentBeforeChange.DEFAULT;
    private boolean expandedEvents;
    private CoalesceAttributes coalescing = CoalesceAttributes.NONE;
    private Type payload = Document.class;
    private Ordering ordering = Ordering.BY_KEY;
    private int concurrency = 1;
    private RetryPolicy retry = RetryPolicy.DEFAULT;
    private Exhausted exhausted = Exhausted.DEAD_LETTER;
    private @Nullable Recoverer recoverer;
    private StartFrom startFrom = StartFrom.NOW;
    private Sharing sharing = Sharing.COMPETING;
    private int partitions = 1;
    private CallAttributes calls = CallAttributes.DEFAULT;
    private StreamAttributes stream = StreamAttributes.DEFAULT;

    private HandlerBuilder(
            Scope scope, String collection, CodecRegistry codecs, Function<FunctionDeclaration, R> registration) {
        this.scope = scope;
        this.collection = collection;
        this.codecs = codecs;
        this.registration = registration;
    }

    /**
     * Nothing said yet but what is watched.
     *
     * @param codecs write the values in filters
     * @param registration takes what was declared
     */
    static <R> HandlerBuilder<Document, R> on(
            Scope scope, String collection, CodecRegistry codecs, Function<FunctionDeclaration, R> registration) {
        return new HandlerBuilder<>(scope, collection, codecs, registration);
    }

    /**
     * The name under which the position is kept. By default it follows from what is watched alone, for example
     * {@code on(shop.inventory)}: filters may change without losing the position, and a second handler of the same
     * collection needs an id of its own.
     */
    public HandlerBuilder<T, R> id(String name) {
        id = requireNonNull(name, "id");
        return this;
    }

    /** The database to watch; by default the one given to the listeners. */
    public HandlerBuilder<T, R> database(String name) {
        database = requireNonNull(name, "database");
        return this;
    }

    /** The server's names of the operations wanted; by default all. */
    public HandlerBuilder<T, R> operation(String... names) {
        operations.addAll(GivenArguments.of("operation", names));
        return this;
    }

    /** A filter over the change event, in extended JSON. */
    public HandlerBuilder<T, R> match(String filter) {
        match = requireNonNull(filter, "match");
        return this;
    }

    /** A filter over the change event, as the driver's {@code Filters} build it. */
    public HandlerBuilder<T, R> match(Bson filter) {
        match = json(requireNonNull(filter, "match"));
        return this;
    }

    /** Stages that the server applies for this handler alone, in extended JSON. */
    public HandlerBuilder<T, R> pipeline(String... stages) {
        pipeline.addAll(GivenArguments.of("pipeline", stages));
        return this;
    }

    /** Stages that the server applies for this handler alone, as the driver's {@code Aggregates} build them. */
    public HandlerBuilder<T, R> pipeline(Bson... stages) {
        GivenArguments.of("pipeline", stages).stream().map(this::json).forEach(pipeline::add);
        return this;
    }

    /** Whether the document after an update is wanted, and how it is obtained. */
    public HandlerBuilder<T, R> fullDocument(FullDocument wish) {
        fullDocument = requireNonNull(wish, "fullDocument");
        return this;
    }

    /** Whether the document before the change is wanted; needs server 6.0 and pre-images on the collection. */
    public HandlerBuilder<T, R> fullDocumentBeforeChange(FullDocumentBeforeChange wish) {
        fullDocumentBeforeChange = requireNonNull(wish, "fullDocumentBeforeChange");
        return this;
    }

    /** Lets the server also report {@code create}, {@code createIndexes}, {@code modify} and the like (6.0+). */
    public HandlerBuilder<T, R> expandedEvents() {
        expandedEvents = true;
        return this;
    }

    /** The type to which documents are decoded; by default {@code Document}. */
    @SuppressWarnings("unchecked")
    public <N> HandlerBuilder<N, R> payload(Class<N> type) {
        payload = requireNonNull(type, "payload");
        return (HandlerBuilder<N, R>) this;
    }

    /** The order in which changes reach the handler. */
    public HandlerBuilder<T, R> ordering(Ordering order) {
        ordering = requireNonNull(order, "ordering");
        return this;
    }

    /** How many changes the handler may work on at a time. */
    public HandlerBuilder<T, R> concurrency(int changes) {
        concurrency = changes;
        return this;
    }

    /** Which instances of the application its changes reach, where several run. */
    public HandlerBuilder<T, R> sharing(Sharing instances) {
        sharing = requireNonNull(instances, "sharing");
        return this;
    }

    /** Into how many parts its documents are divided, so that several instances can work on them: a power of two up to 256. */
    public HandlerBuilder<T, R> partitions(int parts) {
        partitions = parts;
        return this;
    }

    /** Whether the handler takes part at all; while it does not, its position stays where it was. */
    public HandlerBuilder<T, R> enabled(boolean on) {
        calls = new CallAttributes(Boolean.toString(on), calls.paused(), calls.timeout());
        return this;
    }

    /** Whether the handler is paused at the start, from where {@link ChangeListeners#resume} lets it go on. */
    public HandlerBuilder<T, R> paused(boolean atStart) {
        calls = new CallAttributes(calls.enabled(), Boolean.toString(atStart), calls.timeout());
        return this;
    }

    /** How long one call may take before it counts as failed; by default what the listeners say. */
    public HandlerBuilder<T, R> timeout(Duration limit) {
        calls = new CallAttributes(
                calls.enabled(),
                calls.paused(),
                requireNonNull(limit, "timeout").toString());
        return this;
    }

    /** A comment on the stream of this handler, for the server's logs and profiler, beside the stream's own. */
    public HandlerBuilder<T, R> comment(String text) {
        stream = new StreamAttributes(requireNonNull(text, "comment"), stream.collation());
        return this;
    }

    /** How the server compares strings in the filter and the pipeline; the handler then has a stream of its own. */
    public HandlerBuilder<T, R> collation(Collation collation) {
        stream = new StreamAttributes(
                stream.comment(), json(requireNonNull(collation, "collation").asDocument()));
        return this;
    }

    /** What follows a failure; {@link RetryPolicy#DEFAULT} can be varied. */
    public HandlerBuilder<T, R> retry(RetryPolicy policy) {
        retry = requireNonNull(policy, "retry");
        return this;
    }

    /** What happens when the last attempt has failed. */
    public HandlerBuilder<T, R> exhausted(Exhausted answer) {
        exhausted = requireNonNull(answer, "exhausted");
        return this;
    }

    /** Decides about each change whose last attempt has failed, in place of {@link #exhausted}. */
    public HandlerBuilder<T, R> recoverer(Recoverer answer) {
        recoverer = requireNonNull(answer, "recoverer");
        return this;
    }

    /** Where the handler begins if it has no position yet. */
    public HandlerBuilder<T, R> startFrom(StartFrom start) {
        startFrom = requireNonNull(start, "startFrom");
        return this;
    }

    /** Lets the newest of the changes of a document that wait take the place of the older ones. */
    public HandlerBuilder<T, R> coalesce(Coalesce which) {
        coalescing = new CoalesceAttributes(requireNonNull(which, "coalesce"), coalescing.quiet());
        return this;
    }

    /** With {@link Coalesce#LATEST}, for how long a document must have had no newer change. */
    public HandlerBuilder<T, R> quiet(Duration wait) {
        coalescing = new CoalesceAttributes(
                coalescing.coalesce(), requireNonNull(wait, "quiet").toString());
        return this;
    }

    /**
     * Lets the handler take many changes in one call.
     *
     * @param size how many at most, from 1 to 4,096
     * @param linger how long the first waits for more, at most a minute
     */
    public BatchHandlerBuilder<T, R> batch(int size, Duration linger) {
        BatchAttributes batch = batchOf(size, requireNonNull(linger, "linger"));
        return new BatchHandlerBuilder<>((roles, function) -> declared(roles, batch, function));
    }

    /** Zero stands for no batches in the annotation alone. */
    private static BatchAttributes batchOf(int size, Duration linger) {
        return new BatchAttributes(size == 0 ? -1 : size, linger.toString());
    }

    /**
     * The handler, which is done when it returns. What the function's expression results in is ignored: for a
     * {@code Publisher} or a {@code CompletionStage} use {@link #handleAsync(AsyncHandler)}.
     *
     * @throws OnChangeException if the listeners are running and anything declared is wrong
     */
    public R handle(Handler<T> handler) {
        requireNonNull(handler, "handler");
        return declared(Set.of(), (change, attempt, session) -> {
            handler.handle(typed(change));
            return null;
        });
    }

    /**
     * The handler, told which attempt it is.
     *
     * @throws OnChangeException if the listeners are running and anything declared is wrong
     */
    public R handle(AttemptHandler<T> handler) {
        requireNonNull(handler, "handler");
        return declared(Set.of(Parameter.Role.ATTEMPT), (change, attempt, session) -> {
            handler.handle(typed(change), attempt);
            return null;
        });
    }

    /**
     * The handler, which is done when the {@code Publisher} or {@code CompletionStage} that it returns completes; no
     * thread is held meanwhile. Anything else but null stops the handler, as nobody could wait for it.
     *
     * @throws OnChangeException if the listeners are running and anything declared is wrong
     */
    public R handleAsync(AsyncHandler<T> handler) {
        requireNonNull(handler, "handler");
        return declared(Set.of(), (change, attempt, session) -> awaitable(handler.handle(typed(change))));
    }

    /**
     * The same, told which attempt it is.
     *
     * @throws OnChangeException if the listeners are running and anything declared is wrong
     */
    public R handleAsync(AsyncAttemptHandler<T> handler) {
        requireNonNull(handler, "handler");
        return declared(
                Set.of(Parameter.Role.ATTEMPT),
                (change, attempt, session) -> awaitable(handler.handle(typed(change), attempt)));
    }

    /**
     * The handler, in a transaction: what it writes through the session commits together with the fact that the change
     * is settled. A {@code Publisher} or {@code CompletionStage} that it returns must complete first; any other value is
     * ignored, except of types that stand for work that goes on.
     *
     * @throws OnChangeException if the listeners are running and anything declared is wrong
     */
    public R handleInTransaction(TransactionHandler<T> handler) {
        requireNonNull(handler, "handler");
        return declared(
                Set.of(Parameter.Role.SESSION),
                (change, attempt, session) ->
                        handler.handle(typed(change), requireNonNull(session, "There is no transaction")));
    }

    private static @Nullable Object awaitable(@Nullable Object returned) {
        return UnawaitedException.unlessAwaited("handleAsync(…)", returned);
    }

    private R declared(Set<Parameter.Role> roles, HandlerFunction function) {
        return declared(roles, BatchAttributes.NONE, function);
    }

    private R declared(Set<Parameter.Role> roles, BatchAttributes batch, HandlerFunction function) {
        Attributes attributes = new Attributes(
                id,
                database,
                collection,
                scope,
                operations,
                match,
                pipeline,
                fullDocument,
                fullDocumentBeforeChange,
                expandedEvents,
                ordering,
                concurrency,
                RetryAttributes.DEFAULT,
                exhausted,
                startFrom,
                roles.contains(Parameter.Role.SESSION),
                sharing,
                partitions,
                calls,
                stream,
                batch,
                coalescing);
        return registration.apply(new FunctionDeclaration(attributes, payload, retry, recoverer, roles, function));
    }

    /** A value that looks like a placeholder is none. */
    private String json(Bson document) {
        return document.toBsonDocument(BsonDocument.class, codecs).toJson(EXACT).replace("${", "\\${");
    }

    @SuppressWarnings("unchecked")
    private static <T> ChangeEvent<T> typed(ChangeEvent<?> change) {
        return (ChangeEvent<T>) change;
    }

    /**
     * Handles a change.
     *
     * @param <T> the payload type
     */
    @FunctionalInterface
    public interface Handler<T> {

        /** Whatever it throws counts as a failure. */
        void handle(ChangeEvent<T> change) throws Exception;
    }

    /**
     * Handles a change and knows which attempt it is.
     *
     * @param <T> the payload type
     */
    @FunctionalInterface
    public interface AttemptHandler<T> {

        /** Whatever it throws counts as a failure. */
        void handle(ChangeEvent<T> change, Attempt attempt) throws Exception;
    }

    /**
     * Begins to handle a change.
     *
     * @param <T> the payload type
     */
    @FunctionalInterface
    public interface AsyncHandler<T> {

        /** What must complete before the change is settled; null for nothing. */
        @Nullable
        Object handle(ChangeEvent<T> change) throws Exception;
    }

    /**
     * Begins to handle a change and knows which attempt it is.
     *
     * @param <T> the payload type
     */
    @FunctionalInterface
    public interface AsyncAttemptHandler<T> {

        /** What must complete before the change is settled; null for nothing. */
        @Nullable
        Object handle(ChangeEvent<T> change, Attempt attempt) throws Exception;
    }

    /**
     * Handles a change in a transaction.
     *
     * @param <T> the payload type
     */
    @FunctionalInterface
    public interface TransactionHandler<T> {

        /** What must complete before the transaction commits; null for nothing. */
        @Nullable
        Object handle(ChangeEvent<T> change, ClientSession session) throws Exception;
    }
}
