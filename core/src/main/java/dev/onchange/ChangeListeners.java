package dev.onchange;

import static java.util.Objects.requireNonNull;

import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.deadletter.DeadLetters;
import dev.onchange.engine.ConnectionStrings;
import dev.onchange.engine.EngineConfiguration;
import dev.onchange.engine.EngineStarter;
import dev.onchange.engine.ListenerEngine;
import dev.onchange.engine.PluginBridge;
import dev.onchange.engine.StartPositions;
import dev.onchange.engine.message.Message;
import dev.onchange.inject.Instances;
import dev.onchange.plugin.Plugins;
import dev.onchange.status.Availability;
import dev.onchange.status.ListenersStatus;
import java.time.Instant;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Runs the handlers: finds their methods, opens as few change streams as possible, and calls each method for every
 * change it describes.
 *
 * <pre>{@code
 * try (ChangeListeners listeners = ChangeListeners.builder("mongodb://localhost/?replicaSet=rs0")
 *         .database("shop")
 *         .scan("com.acme")
 *         .start()) {
 *     …
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads. The methods that change something run one after the other in a thread of the
 * listeners, and block until that is done. One that fails, as when the server is away for longer than the client looks
 * for it, leaves everything as it was. A caller that is interrupted leaves with an {@link OnChangeException} and is still
 * interrupted; what it has asked for is done without it, but for handlers that it wanted to add: these are removed again.
 * In a handler, methods that would have to wait for its own call fail with an {@link OnChangeException} that says so, and
 * have changed nothing; {@link #close} and {@link Registration#close} are completed after the call.
 */
public final class ChangeListeners implements AutoCloseable {

    private final ListenerEngine engine;
    private final PluginBridge plugins;
    private final @Nullable ListenersConsole console;

    private ChangeListeners(ListenerEngine engine, PluginBridge plugins, @Nullable ListenersConsole console) {
        this.engine = engine;
        this.plugins = plugins;
        this.console = console;
    }

    static ChangeListeners of(EngineConfiguration configuration) {
        ListenersConsole console = configuration.console;
        if (console == null) {
            return started(configuration, null);
        }
        console.check();
        ChangeListeners listeners = started(configuration, console);
        try {
            console.start(listeners, configuration.listener);
            return listeners;
        } catch (RuntimeException | Error e) {
            listeners.close();
            throw e;
        }
    }

    private static ChangeListeners started(EngineConfiguration configuration, @Nullable ListenersConsole console) {
        ListenerEngine engine = EngineStarter.run(configuration);
        try {
            return new ChangeListeners(engine, PluginBridge.start(configuration, engine), console);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /**
     * Listeners with a client of their own.
     *
     * @param connectionString anything that the driver takes; its database becomes the default
     * @throws OnChangeException if the driver cannot read it
     */
    public static ChangeListenersBuilder builder(String connectionString) {
        return new ChangeListenersBuilder(ConnectionStrings.parse(connectionString));
    }

    /** Listeners with a client of their own, which is closed with them. */
    public static ChangeListenersBuilder builder(MongoClientSettings settings) {
        return new ChangeListenersBuilder(settings);
    }

    /**
     * Listeners with the user's client, which stays open. Each open stream holds a connection of its pool nearly all
     * the time, and the driver does not tell how far a stream without changes has been read: it is asked for.
     */
    public static ChangeListenersBuilder builder(MongoClient client) {
        return new ChangeListenersBuilder(client);
    }

    /** The client of the streams; with its sessions handlers that are {@code transactional} write. */
    public MongoClient client() {
        return engine.client();
    }

    /** The streams that are open, and the handlers that each of them feeds. */
    public Plan plan() {
        return engine.plan();
    }

    /** All handlers, in the order in which they were found, those that are paused or elsewhere included. */
    public List<DeclaredHandler> handlers() {
        return engine.handlers();
    }

    /** What the server was asked before the streams were opened, and what it said. */
    public Availability availability() {
        return engine.availability();
    }

    /**
     * Asks the server once more what it was asked at the start, of the handlers that there are now; changes nothing. Blocks
     * for the server's answers.
     */
    public Availability check() {
        return engine.check();
    }

    /** The changes whose last attempt failed, and those parked behind them: to list, replay and discard. */
    public DeadLetters deadLetters() {
        return engine.deadLetters();
    }

    /** The plug-ins, which come and go while listening. */
    public Plugins plugins() {
        return plugins.all();
    }

    /** How every stream, handler and plug-in fares. */
    public ListenersStatus status() {
        return engine.status().withPlugins(plugins.all().status());
    }

    /**
     * Adds the handlers of an object; returns once they receive changes. The server is asked before whether it can
     * serve them, as at start.
     *
     * @throws OnChangeException if anything declared is wrong, or the server cannot serve it; then nothing has changed,
     *     and no stream was disturbed
     */
    public Registration register(Object handler) {
        if (handler == null) {
            throw new OnChangeException(List.of(Message.NOTHING_HANDED_OVER.at("register")));
        }
        return engine.register(handler);
    }

    /**
     * Adds the handlers of classes whose objects another container supplies than the one of the builder, as for a
     * context of its own; returns once they receive changes, like {@link #register(Object)}.
     *
     * @param instances supplies their objects
     * @param placeholders the values of the placeholders in their attributes
     * @throws OnChangeException if anything declared is wrong, or the server cannot serve it; then nothing has changed,
     *     and no stream was disturbed
     */
    public Registration register(Instances instances, Placeholders placeholders, Class<?>... types) {
        return engine.register(
                requireNonNull(instances, "instances"), requireNonNull(placeholders, "placeholders"), types);
    }

    /**
     * Declares a handler of a collection without an annotation; its last call adds it and returns once it receives
     * changes.
     */
    public HandlerBuilder<Document, Registration> on(String collection) {
        return function(Scope.COLLECTION, requireNonNull(collection, "collection"));
    }

    /** Declares a handler of a whole database without an annotation, like {@link #on}. */
    public HandlerBuilder<Document, Registration> onDatabase() {
        return function(Scope.DATABASE, "");
    }

    /** Declares a handler of the whole deployment without an annotation, like {@link #on}. */
    public HandlerBuilder<Document, Registration> onDeployment() {
        return function(Scope.DEPLOYMENT, "");
    }

    private HandlerBuilder<Document, Registration> function(Scope scope, String collection) {
        return HandlerBuilder.on(scope, collection, client().getCodecRegistry(), engine::register);
    }

    /**
     * Lets a handler receive no more changes; what is in flight is finished, its position is kept.
     *
     * <p>This and all other calls for a handler reach the instances that have it. It stays paused until it is resumed, in
     * whatever instance it begins; with {@link Cluster#alone()}, until the next start.
     *
     * @throws OnChangeException if there is no such handler, or the instance that has it fails or does not answer
     */
    public void pause(String handlerId) {
        engine.pause(requireNonNull(handlerId, "handlerId"));
    }

    /**
     * Lets a handler that was paused, or has stopped by itself, go on where it was.
     *
     * @throws OnChangeException if there is no such handler
     */
    public void resume(String handlerId) {
        engine.resume(requireNonNull(handlerId, "handlerId"));
    }

    /**
     * Lets a handler go on after a token, be it earlier or later than its position.
     *
     * @throws OnChangeException if there is no such handler
     */
    public void rewind(String handlerId, BsonDocument token) {
        engine.rewind(requireNonNull(handlerId, "handlerId"), StartPositions.position(requireNonNull(token, "token")));
    }

    /**
     * Lets a handler go on with the first change of a time, be it earlier or later than its position.
     *
     * @throws OnChangeException if there is no such handler
     * @throws IllegalArgumentException if no change can be of that time: it is before 1970 or after 2106
     */
    public void rewind(String handlerId, Instant time) {
        engine.rewind(
                requireNonNull(handlerId, "handlerId"),
                StartPositions.before(StartPositions.timestamp(requireNonNull(time, "time"))));
    }

    /**
     * Gives a handler the documents that exist once more, while it goes on with all changes: each document comes at its
     * place among the changes, as an event whose operation is {@code snapshot}. Returns once it has begun; {@link #status}
     * tells how far it is. It goes on after a restart.
     *
     * @param filters in MQL over the event, as {@code match}; a document is given if it matches all of them
     * @throws OnChangeException if there is no such handler, or it cannot be given them
     */
    public void snapshot(String handlerId, String... filters) {
        engine.snapshot(requireNonNull(handlerId, "handlerId"), List.of(filters));
    }

    /**
     * Lets a handler's snapshot read no more until it is resumed; changes go on. Forgotten at a restart.
     *
     * @throws OnChangeException if there is no such handler
     */
    public void pauseSnapshot(String handlerId) {
        engine.pauseSnapshot(requireNonNull(handlerId, "handlerId"));
    }

    /**
     * Lets a handler's snapshot that was paused go on.
     *
     * @throws OnChangeException if there is no such handler
     */
    public void resumeSnapshot(String handlerId) {
        engine.resumeSnapshot(requireNonNull(handlerId, "handlerId"));
    }

    /**
     * Gives up a handler's snapshot: documents that were not read do not come, and the handler goes on with the changes of
     * all of them.
     *
     * @throws OnChangeException if there is no such handler
     */
    public void cancelSnapshot(String handlerId) {
        engine.cancelSnapshot(requireNonNull(handlerId, "handlerId"));
    }

    /** Saves all positions now; returns once they are durable. */
    public void savePositions() {
        engine.savePositions();
    }

    /**
     * Stops listening: finishes what handlers have begun, for at most the stop time-out, saves the positions, closes
     * the streams and then the client if it is the listeners' own. Closing twice is harmless, and waits as well.
     *
     * <p>It waits for no server: an operation that does so ends at once and fails, and the positions are given up after the
     * stop time-out, or ten seconds if that is shorter. A thread that is interrupted closes all the same, and is still
     * interrupted after that.
     *
     * <p>In a handler it waits for all calls but the handler's own, as it would wait for itself: when it returns, nothing
     * else runs, and the positions that are reached are saved. So a handler may close the container that it lives in. The
     * rest is done by another thread when the call is over. How that ends decides about its change, as ever: what is
     * handled is settled and its position saved, if that is possible still; what fails comes again at the next start. One
     * that ends the process by {@code System.exit} is not waited for by a shutdown hook that closes the listeners, and its
     * change comes again. The call is known by its thread: what goes on in another one, in a {@code Publisher} or
     * {@code CompletionStage} that the handler has returned, waits until the stop time-out, is cancelled then, and its
     * change comes again.
     */
    @Override
    public void close() {
        if (console != null) {
            console.close();
        }
        engine.close(() -> plugins.close(engine::close));
    }
}
