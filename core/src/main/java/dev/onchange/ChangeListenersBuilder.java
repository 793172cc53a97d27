package dev.onchange;

import static java.util.Objects.requireNonNull;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.engine.EngineConfiguration;
import dev.onchange.engine.EngineStarter;
import dev.onchange.engine.MongoEndpoint;
import dev.onchange.engine.RequestedStart;
import dev.onchange.engine.StartPositions;
import dev.onchange.engine.VirtualThreads;
import dev.onchange.engine.message.Message;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.status.Availability;
import dev.onchange.status.ListenerEvent;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.codecs.configuration.CodecProvider;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Says which handlers there are and how they are fed; {@link #start()} starts them. Not safe for use by several
 * threads.
 */
public final class ChangeListenersBuilder {

    private final EngineConfiguration configuration;

    /** Functions that are declared, and not handled yet. */
    private final List<Problem> unfinished = new ArrayList<>();

    ChangeListenersBuilder(ConnectionString connectionString) {
        this(MongoClientSettings.builder()
                .applyConnectionString(connectionString)
                .build());
        if (connectionString.getDatabase() != null) {
            configuration.database = connectionString.getDatabase();
        }
    }

    ChangeListenersBuilder(MongoClientSettings settings) {
        this.configuration = new EngineConfiguration(new MongoEndpoint.Settings(requireNonNull(settings, "settings")));
    }

    ChangeListenersBuilder(MongoClient client) {
        this.configuration = new EngineConfiguration(new MongoEndpoint.Client(requireNonNull(client, "client")));
    }

    /** The database of handlers that name none; by default the one of the connection string. */
    public ChangeListenersBuilder database(String name) {
        configuration.database = requireNonNull(name, "database");
        return this;
    }

    /** Looks for handlers in these packages and those below them. */
    public ChangeListenersBuilder scan(String... packages) {
        configuration.packages.addAll(GivenArguments.of("packages", packages));
        return this;
    }

    /** Takes the handlers of these classes, whose objects are {@linkplain #instances supplied}. */
    public ChangeListenersBuilder types(Class<?>... types) {
        configuration.types.addAll(GivenArguments.of("types", types));
        return this;
    }

    /** Takes the handlers of these objects. */
    public ChangeListenersBuilder handlers(Object... objects) {
        if (objects == null || Arrays.asList(objects).contains(null)) {
            throw new OnChangeException(List.of(Message.NOTHING_HANDED_OVER.at("handlers")));
        }
        configuration.objects.addAll(List.of(objects));
        return this;
    }

    /** Starts also if there are no handlers yet, as they will be registered later; else that is refused. */
    public ChangeListenersBuilder allowNoHandlers() {
        configuration.mayBeEmpty = true;
        return this;
    }

    /** Declares a handler of a collection without an annotation; its last call returns this builder. */
    public HandlerBuilder<Document, ChangeListenersBuilder> on(String collection) {
        return function(Scope.COLLECTION, requireNonNull(collection, "on"));
    }

    /** Declares a handler of a whole database without an annotation; its last call returns this builder. */
    public HandlerBuilder<Document, ChangeListenersBuilder> onDatabase() {
        return function(Scope.DATABASE, "");
    }

    /** Declares a handler of the whole deployment without an annotation; its last call returns this builder. */
    public HandlerBuilder<Document, ChangeListenersBuilder> onDeployment() {
        return function(Scope.DEPLOYMENT, "");
    }

    private HandlerBuilder<Document, ChangeListenersBuilder> function(Scope scope, String collection) {
        Problem unhandled = Message.NOTHING_HANDLES.at(
                switch (scope) {
                    case COLLECTION -> "on(" + collection + ")";
                    case DATABASE -> "onDatabase()";
                    default -> "onDeployment()";
                });
        unfinished.add(unhandled);
        return HandlerBuilder.on(scope, collection, configuration.server.codecs(), declared -> {
            unfinished.remove(unhandled);
            configuration.functions.add(declared);
            return this;
        });
    }

    private EngineConfiguration finished() {
        if (!unfinished.isEmpty()) {
            throw new OnChangeException(List.copyOf(unfinished));
        }
        return configuration;
    }

    /**
     * Takes plug-ins, jars with handlers, from a folder, and follows it while listening.
     *
     * @param objects what the constructors of their handlers may take, beside a {@link MongoClient}
     * @see dev.onchange.plugin.Plugins
     */
    public ChangeListenersBuilder plugins(Path directory, Object... objects) {
        configuration.pluginDirectory = requireNonNull(directory, "directory");
        configuration.pluginObjects.addAll(GivenArguments.of("objects", objects));
        return this;
    }

    /** The class loader to scan; by default the calling thread's context class loader. */
    public ChangeListenersBuilder classLoader(ClassLoader loader) {
        configuration.classLoader = requireNonNull(loader, "classLoader");
        return this;
    }

    /**
     * Supplies the objects of handler classes; by default they are built with their {@code @Inject} constructor, which
     * may take a {@link MongoClient}, or with the one without arguments.
     */
    public ChangeListenersBuilder instances(Instances instances) {
        configuration.instances = requireNonNull(instances, "instances");
        return this;
    }

    /**
     * Gives the values of <code>${placeholders}</code>; by default system properties, then environment variables.
     */
    public ChangeListenersBuilder placeholders(Placeholders placeholders) {
        configuration.placeholders = requireNonNull(placeholders, "placeholders");
        return this;
    }

    /** Asks these for the values of placeholders that have none so far: how a container adds its own configuration. */
    public ChangeListenersBuilder orPlaceholders(Placeholders others) {
        configuration.placeholders = configuration.placeholders.or(requireNonNull(others, "orPlaceholders"));
        return this;
    }

    /** The codecs of payloads; by default the client's, and POJO codecs for what these do not know. */
    public ChangeListenersBuilder codecs(CodecRegistry codecs) {
        configuration.codecs = requireNonNull(codecs, "codecs");
        return this;
    }

    /**
     * Asks the provider first for the codec of a payload's class: how a container brings the mapping that its applications
     * know. What it gives null for is decoded as before; the fields of a class for which it gives a codec are not
     * checked against filters.
     */
    public ChangeListenersBuilder payloadCodecs(CodecProvider first) {
        configuration.payloadCodecs = requireNonNull(first, "payloadCodecs");
        return this;
    }

    /**
     * Gives single handlers codecs of their own for their payloads, in place of {@link #payloadCodecs}. What the provider
     * gives null for is decoded by the client's codecs, so that one which knows no class leaves all to them. Called again, it
     * is asked first, and what was given before for handlers that it has none for.
     *
     * @param codecs asked for each handler at start; null for one that has none of its own
     */
    public ChangeListenersBuilder payloadCodecsFor(Function<HandlerDescriptor, @Nullable CodecProvider> codecs) {
        requireNonNull(codecs, "payloadCodecsFor");
        Function<HandlerDescriptor, @Nullable CodecProvider> before = configuration.payloadCodecsFor;
        configuration.payloadCodecsFor = handler -> {
            CodecProvider own = codecs.apply(handler);
            return own == null ? before.apply(handler) : own;
        };
        return this;
    }

    /** Where positions are kept; by default in the {@linkplain #stateDatabase state database}. */
    public ChangeListenersBuilder checkpoints(CheckpointStore store) {
        configuration.checkpoints = requireNonNull(store, "checkpoints");
        return this;
    }

    /** Where dead letters are kept; by default in the {@linkplain #stateDatabase state database}. */
    public ChangeListenersBuilder deadLetters(DeadLetterStore store) {
        configuration.deadLetters = requireNonNull(store, "deadLetters");
        return this;
    }

    /**
     * The database of positions and dead letters; by default {@code onchange}.
     *
     * @throws OnChangeException if no database can be called so, or it is one of the server's own, in which transactions may
     *     not write: {@code admin}, {@code config}, {@code local}
     */
    public ChangeListenersBuilder stateDatabase(String name) {
        configuration.stateDatabase = GivenArguments.database("stateDatabase", name);
        return this;
    }

    /** How readily handlers share a stream; by default as few streams as possible. */
    public ChangeListenersBuilder grouping(Grouping grouping) {
        configuration.grouping = requireNonNull(grouping, "grouping");
        return this;
    }

    /**
     * Who reads the current document of an update for handlers that ask for {@code UPDATE_LOOKUP}; by default the
     * listeners, with one query a batch. Handlers with an own pipeline, and those whose filters only the server can
     * answer, are always served by the server, and so are all where it cannot tell the listeners whether a collection
     * is still the same: before 6.0, and in a strict API version.
     */
    public ChangeListenersBuilder lookUp(LookUp who) {
        configuration.lookUp = requireNonNull(who, "lookUp");
        return this;
    }

    /**
     * How long a slow handler may hold up the others of its stream before it is given one of its own, until the next
     * start; by default ten seconds. They wait only when it has filled what may be in memory of a stream.
     */
    public ChangeListenersBuilder holdUpPatience(Duration patience) {
        configuration.holdUpPatience = GivenArguments.notNegative("holdUpPatience", patience);
        return this;
    }

    /**
     * What follows for a handler when the oplog no longer holds its position; by default what was to begin there is refused,
     * and a stream that was running stops, with an error. Handlers whose position it still holds are not concerned.
     */
    public ChangeListenersBuilder onHistoryLost(HistoryLost answer) {
        configuration.historyLost = requireNonNull(answer, "onHistoryLost");
        return this;
    }

    /**
     * What follows for a handler whose position does not come from this deployment: it is later than the server's present
     * time, the oplog has no such entry, or the server does not take its token; by default what was to begin there is
     * refused with an error. So it is after positions were restored from elsewhere.
     */
    public ChangeListenersBuilder onForeignPosition(HistoryLost answer) {
        configuration.foreignPosition = requireNonNull(answer, "onForeignPosition");
        return this;
    }

    /**
     * Starts a handler after a token, whatever its kept position. That counts once in the listeners, when a handler of
     * this id first begins, be it at the start or later, as in a plug-in; one that comes back goes on where it was. Changes
     * that are settled come again, those of transactional handlers too. The kept position is not taken back: listeners
     * started without this call go on at it, or where these have come if that is later;
     * {@link ChangeListeners#rewind(String, BsonDocument)} moves it as well. The server refuses the token of an
     * {@code invalidate}; {@link #startAfter} takes it.
     */
    public ChangeListenersBuilder resumeAfter(String handlerId, BsonDocument token) {
        configuration.starts.put(
                requireNonNull(handlerId, "handlerId"), new RequestedStart.ResumeToken(requireNonNull(token, "token")));
        return this;
    }

    /** Like {@link #resumeAfter}, the token of an {@code invalidate} included. */
    public ChangeListenersBuilder startAfter(String handlerId, BsonDocument token) {
        configuration.starts.put(
                requireNonNull(handlerId, "handlerId"), new RequestedStart.StartToken(requireNonNull(token, "token")));
        return this;
    }

    /**
     * Starts a handler with the first change of this second or later; counts once, like {@link #resumeAfter}.
     *
     * @throws IllegalArgumentException if no change can be of that time: it is before 1970 or after 2106
     */
    public ChangeListenersBuilder startAt(String handlerId, Instant time) {
        return startAt(handlerId, StartPositions.timestamp(requireNonNull(time, "time")));
    }

    /** Starts a handler with the first change of this cluster time or later; counts once, like {@link #resumeAfter}. */
    public ChangeListenersBuilder startAt(String handlerId, BsonTimestamp clusterTime) {
        configuration.starts.put(
                requireNonNull(handlerId, "handlerId"),
                new RequestedStart.Time(requireNonNull(clusterTime, "clusterTime")));
        return this;
    }

    /**
     * Where handlers run; by default on threads of the listeners' own. Of an executor that has a fixed number of threads
     * (a {@link java.util.concurrent.ThreadPoolExecutor} or {@link java.util.concurrent.ForkJoinPool}) each handler may
     * hold a share, so that one whose calls all block leaves some to the others. Work that it refuses is given to it again
     * a little later. It is not closed.
     */
    public ChangeListenersBuilder executor(Executor executor) {
        configuration.executor = requireNonNull(executor, "executor");
        configuration.threads = null;
        return this;
    }

    /** The same for any executor, which has so many threads for handlers. */
    public ChangeListenersBuilder executor(Executor executor, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("Handlers need at least one thread, not " + threads);
        }
        configuration.executor = requireNonNull(executor, "executor");
        configuration.threads = threads;
        return this;
    }

    /**
     * Runs each handler on a virtual thread, in place of an {@link #executor}: a call that waits then holds no thread
     * of the system, so that a high {@code concurrency} costs little.
     *
     * @throws OnChangeException before Java 21
     */
    public ChangeListenersBuilder virtualThreads() {
        return executor(VirtualThreads.executor());
    }

    /**
     * How many changes the server sends at a time at most, 4,000 by default; a reply never has more than 16 MB. A change is
     * not held back until there are so many: the number counts where a backlog is read. Fewer need less memory.
     */
    public ChangeListenersBuilder batchSize(int changes) {
        if (changes < 1) {
            throw new IllegalArgumentException("batchSize must be positive: " + changes);
        }
        configuration.batchSize = changes;
        return this;
    }

    /**
     * How long the server waits for changes before it says that there are none; so often the position of a quiet
     * handler moves on, and so long stopping may take.
     */
    public ChangeListenersBuilder maxAwaitTime(Duration time) {
        configuration.maxAwaitTime = GivenArguments.upToADay("maxAwaitTime", time);
        return this;
    }

    /**
     * How long the server may take to answer, beyond {@link #maxAwaitTime}, before its connection counts as dead and the
     * stream is opened again by another one; 15 seconds by default. Opening may take four times as long. A server that
     * was slow and not dead is given twice the time from then on. This serves clients of the listeners' own; with a
     * client of the user's a dead connection is noticed by the time-outs of its socket settings.
     */
    public ChangeListenersBuilder answerTimeout(Duration time) {
        configuration.answerTimeout = GivenArguments.upToADay("answerTimeout", time);
        return this;
    }

    /**
     * How many documents of a snapshot each handler is given in a second at most; the default is as many as it settles. Its
     * changes are not limited.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ChangeListenersBuilder snapshotRate(double perSecond) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("the rate of snapshots must be positive: " + perSecond);
        }
        configuration.snapshotRate = perSecond;
        return this;
    }

    /**
     * How often positions are saved; a change may be delivered again if the process dies in between. While no handler has
     * anything to do, they only move on with the stream, and are saved at each tenth interval.
     */
    public ChangeListenersBuilder checkpointInterval(Duration interval) {
        configuration.checkpointInterval = GivenArguments.notNegative("checkpointInterval", interval);
        return this;
    }

    /** After how many settled changes positions are saved before the interval is over. */
    public ChangeListenersBuilder checkpointAfter(long changes) {
        if (changes < 1) {
            throw new IllegalArgumentException("Positions are saved after at least one change, not " + changes);
        }
        configuration.checkpointChanges = changes;
        return this;
    }

    /**
     * How long stopping waits for handlers to finish what they have begun; for half of that also for what is queued before
     * the newest change that has begun, so that after an orderly close nothing settled is delivered again.
     */
    public ChangeListenersBuilder stopTimeout(Duration timeout) {
        configuration.stopTimeout = GivenArguments.notNegative("stopTimeout", timeout);
        return this;
    }

    /** How long one call of a handler may take before it counts as failed; by default for ever. */
    public ChangeListenersBuilder handlerTimeout(Duration timeout) {
        configuration.handlerTimeout = GivenArguments.positive("handlerTimeout", timeout);
        return this;
    }

    /**
     * Decides about each change whose last attempt has failed, in place of {@link OnChange#exhausted}, for handlers that name
     * no recoverer of their own.
     */
    public ChangeListenersBuilder recoverer(Recoverer recoverer) {
        configuration.recoverer = requireNonNull(recoverer, "recoverer");
        return this;
    }

    /** From which values on a handler counts as degraded or down; by default there are no such limits. */
    public ChangeListenersBuilder health(HealthLimits limits) {
        configuration.health = requireNonNull(limits, "health");
        return this;
    }

    /** The same for one handler, in place of those for all. */
    public ChangeListenersBuilder health(String handlerId, HealthLimits limits) {
        configuration.healthByHandler.put(requireNonNull(handlerId, "handlerId"), requireNonNull(limits, "limits"));
        return this;
    }

    /**
     * For how long a handler may be at one change, waits for further attempts included, before status and health say that
     * something is wrong; ten minutes by default. So does a handler that cannot begin a change for as long. Nothing else
     * follows from it.
     */
    public ChangeListenersBuilder inFlightLimit(Duration limit) {
        configuration.inFlightLimit = GivenArguments.positive("inFlightLimit", limit);
        return this;
    }

    /**
     * How several instances of the application share the handlers; by default {@link Cluster#usual()}: each change is
     * handled once in the whole cluster.
     */
    public ChangeListenersBuilder cluster(Cluster cluster) {
        configuration.cluster = requireNonNull(cluster, "cluster");
        return this;
    }

    /**
     * A name of this instance that no other one has, nor one of another application with this state database, and that a
     * restart keeps, as <code>${HOSTNAME}</code> of a StatefulSet: one that starts again under its name takes over at once what it had, and handlers with {@link Sharing#BROADCAST} go
     * on where they were. None by default. Placeholders are resolved; an empty name is none.
     */
    public ChangeListenersBuilder instance(String name) {
        configuration.instance = requireNonNull(name, "instance");
        return this;
    }

    /** Stands around every call of a handler; the one named first is outermost. */
    public ChangeListenersBuilder interceptor(Interceptor interceptor) {
        configuration.interceptors.add(requireNonNull(interceptor, "interceptor"));
        return this;
    }

    /** Is told what happens to streams and handlers, on the thread where it happens; it must not block. */
    public ChangeListenersBuilder listener(Consumer<ListenerEvent> listener) {
        configuration.listener = configuration.listener.andThen(requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Runs a console beside the listeners, as {@code Console.on(8091)}: pages and an API that show how they fare, and by which
     * operators act. None by default.
     */
    public ChangeListenersBuilder console(ListenersConsole console) {
        configuration.console = requireNonNull(console, "console");
        return this;
    }

    /** The clock of attempts and states. */
    public ChangeListenersBuilder clock(Clock clock) {
        configuration.clock = requireNonNull(clock, "clock");
        return this;
    }

    /** The source of jitter. */
    public ChangeListenersBuilder random(RandomGenerator random) {
        configuration.random = requireNonNull(random, "random");
        return this;
    }

    /**
     * Finds the handlers and says which streams they will need, without asking the server.
     *
     * @throws OnChangeException if anything declared is wrong; it lists all
     */
    public Plan plan() {
        return EngineStarter.read(finished()).plan().view();
    }

    /**
     * Asks the server whether it can serve these handlers, without opening anything.
     *
     * @throws OnChangeException if anything declared is wrong; it lists all
     */
    public Availability check() {
        return EngineStarter.check(finished());
    }

    /**
     * Starts listening; returns once every stream is open: a change made after it is delivered. Blocks until then, at
     * most for the client's server selection time-out and the server's answers. For as long as that time-out it asks
     * again a server that is overloaded or elects a primary.
     *
     * @throws OnChangeException if anything declared is wrong, or the server cannot serve it; it lists all, and nothing
     *     is left open
     */
    public ChangeListeners start() {
        return ChangeListeners.of(finished());
    }
}
