package dev.onchange.engine;

import dev.onchange.Cluster;
import dev.onchange.Grouping;
import dev.onchange.HandlerDescriptor;
import dev.onchange.HealthLimits;
import dev.onchange.HistoryLost;
import dev.onchange.Interceptor;
import dev.onchange.ListenersConsole;
import dev.onchange.LookUp;
import dev.onchange.Placeholders;
import dev.onchange.Recoverer;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.dispatch.BackpressureLimits;
import dev.onchange.engine.plan.PlanOptions;
import dev.onchange.engine.scan.FunctionDeclaration;
import dev.onchange.engine.stream.StreamSettings;
import dev.onchange.inject.Instances;
import dev.onchange.status.ListenerEvent;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.bson.codecs.configuration.CodecProvider;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;

/** The values of the builder; they do not change once the listeners start. */
public final class EngineConfiguration {

    /** A database of its own, so that no handler of the application's databases sees the listeners' own writes. */
    static final String DEFAULT_STATE_DATABASE = "onchange";

    /** After a crash about this much work is repeated; more often would cost the server writes for little. */
    static final Duration DEFAULT_CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    /** Long enough for an ordinary call to another service, short enough for an orchestrator's patience. */
    static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(10);

    /** Saving the positions at the end is given at least as long, however short the wait for handlers is. */
    static final Duration LEAST_SAVE_TIMEOUT = Duration.ofSeconds(10);

    /** Longer than all attempts by default take, and than any ordinary call. */
    static final Duration DEFAULT_IN_FLIGHT_LIMIT = Duration.ofMinutes(10);

    /** Streams that are opened again after an operation has failed are waited for so long; they go on opening after that. */
    static final Duration SHORT_OPENING = Duration.ofSeconds(2);

    /** How fresh lags are: the server is asked so often how far its history reaches. */
    static final Duration HISTORY_INTERVAL = Duration.ofSeconds(1);

    /** How fresh the numbers of dead letters are. */
    static final Duration LETTER_INTERVAL = Duration.ofSeconds(5);

    /** So soon a plug-in is seen to have come, changed or gone; a jar is taken when it looks the same twice. */
    static final Duration PLUGIN_INTERVAL = Duration.ofMillis(500);

    public final MongoEndpoint server;
    public final List<String> packages = new ArrayList<>();
    public final List<Class<?>> types = new ArrayList<>();
    public final List<Object> objects = new ArrayList<>();
    public final List<FunctionDeclaration> functions = new ArrayList<>();
    public final List<Interceptor> interceptors = new ArrayList<>();
    public final Map<String, RequestedStart> starts = new HashMap<>();

    public final List<Object> pluginObjects = new ArrayList<>();

    public boolean mayBeEmpty;

    @Nullable
    public Path pluginDirectory;

    @Nullable
    public String database;

    @Nullable
    public ClassLoader classLoader;

    @Nullable
    public Instances instances;

    public Placeholders placeholders = Placeholders.ofSystem();

    @Nullable
    public CodecRegistry codecs;

    @Nullable
    public CodecProvider payloadCodecs;

    /** Codecs of single handlers; what was added last is asked first. */
    public Function<HandlerDescriptor, @Nullable CodecProvider> payloadCodecsFor = handler -> null;

    @Nullable
    public CheckpointStore checkpoints;

    @Nullable
    public DeadLetterStore deadLetters;

    public String stateDatabase = DEFAULT_STATE_DATABASE;
    public Grouping grouping = Grouping.SHARED;
    public LookUp lookUp = PlanOptions.DEFAULT.lookUp();
    public Duration holdUpPatience = BackpressureLimits.DEFAULT_PATIENCE;
    public HistoryLost historyLost = StreamSettings.DEFAULT_HISTORY_LOST;
    public HistoryLost foreignPosition = StreamSettings.DEFAULT_HISTORY_LOST;

    @Nullable
    public Executor executor;

    @Nullable
    public Integer threads;

    public int batchSize = StreamSettings.DEFAULT_BATCH_SIZE;
    public Duration maxAwaitTime = StreamSettings.DEFAULT_MAX_AWAIT_TIME;
    public Duration answerTimeout = StreamSettings.DEFAULT_ANSWER_TIMEOUT;
    public Duration checkpointInterval = DEFAULT_CHECKPOINT_INTERVAL;

    public long checkpointChanges = Checkpointer.CHANGES;

    /** How many documents of a snapshot a handler is given in a second; 0 for no limit. */
    public double snapshotRate;

    public Duration stopTimeout = DEFAULT_STOP_TIMEOUT;

    @Nullable
    public Duration handlerTimeout;

    @Nullable
    public Recoverer recoverer;

    public Duration inFlightLimit = DEFAULT_IN_FLIGHT_LIMIT;

    public HealthLimits health = HealthLimits.NONE;
    public final Map<String, HealthLimits> healthByHandler = new HashMap<>();

    public Cluster cluster = Cluster.usual();

    /** As written, with placeholders; empty for none. */
    public String instance = "";

    public Consumer<ListenerEvent> listener = event -> {};

    @Nullable
    public ListenersConsole console;

    public Clock clock = Clock.systemUTC();

    /** Not the JDK's default, which small run-time images lack, and which is for one thread. */
    public RandomGenerator random = new Random();

    public EngineConfiguration(MongoEndpoint server) {
        this.server = server;
    }

    /** What is told of events: the user's listener and the console. */
    Consumer<ListenerEvent> observers() {
        ListenersConsole beside = console;
        return beside == null ? listener : listener.andThen(beside::onEvent);
    }

    /** The limits of a handler's health. */
    HealthLimits healthOf(String handlerId) {
        return healthByHandler.getOrDefault(handlerId, health);
    }
}
