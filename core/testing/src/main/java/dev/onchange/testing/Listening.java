package dev.onchange.testing;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.Cluster;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.localmongo.Waiting;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * The listeners of one test, what their handlers have received, and how to wait for it. Started by
 * {@link OnChangeTest}, or by the test, one after the other; {@link #startInstance} starts several beside each other, as
 * the instances of one application.
 */
public final class Listening implements AutoCloseable {

    /** So often an idle stream tells how far it is, and so long closing takes at most. */
    private static final Duration SOON = Duration.ofMillis(50);

    /** The shortest: of an instance that was killed, others take over soon. */
    private static final Cluster QUICK = Cluster.usual().withLease(Duration.ofSeconds(2));

    private final Ground ground;
    private final Recorder recorder = new Recorder();
    private final List<ListenerEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final FailingStore store;
    private final List<Instance> instances = new CopyOnWriteArrayList<>();
    private @Nullable ChangeListeners listeners;

    Listening(Ground ground) {
        this.ground = ground;
        this.store = new FailingStore(new MongoCheckpointStore(ground.client(), ground.state()));
    }

    /**
     * Says which handlers there are, beginning with these; to be handed to {@link #start(ChangeListenersBuilder)}. The
     * database is the test's, and positions are kept beside it.
     */
    public ChangeListenersBuilder builder(Object... handlers) {
        return prepared(ChangeListeners.builder(ground.settings()), handlers)
                .checkpoints(store)
                .interceptor(recorder)
                .listener(events::add);
    }

    private ChangeListenersBuilder prepared(ChangeListenersBuilder builder, Object... handlers) {
        return builder.database(ground.name())
                .stateDatabase(ground.state())
                .cluster(QUICK)
                .maxAwaitTime(SOON)
                .handlers(handlers);
    }

    /** Starts listeners, in place of those that are open. */
    public ChangeListeners start(ChangeListenersBuilder builder) {
        stop();
        listeners = builder.start();
        return listeners;
    }

    /** Starts listeners with the handlers of these objects, in place of those that are open. */
    public ChangeListeners start(Object... handlers) {
        return start(builder(handlers));
    }

    /**
     * Closes the listeners, if they are open; others may be started, whose handlers go on where they were. Leaves the
     * instances of {@link #startInstance} alone.
     */
    public void stop() {
        if (listeners != null) {
            listeners.close();
            listeners = null;
        }
    }

    /**
     * Starts listeners with the handlers of these objects, as another instance of the application: beside those that are
     * open and other instances, which share their handlers with it. It has a client of its own, and can be killed.
     */
    public Instance startInstance(Object... handlers) {
        return startInstance(builder -> builder.handlers(handlers));
    }

    /** The same, with handlers and settings that are added to those of {@link #builder}, as a name or a longer lease. */
    public Instance startInstance(UnaryOperator<ChangeListenersBuilder> settings) {
        MongoClient client = MongoClients.create(ground.settings());
        Instance instance = new Instance(client);
        ChangeListenersBuilder builder = prepared(ChangeListeners.builder(client))
                .checkpoints(store.with(new MongoCheckpointStore(client, ground.state())))
                .interceptor(instance.untilKilled())
                .interceptor(recorder)
                .listener(instance.untilKilled(events::add));
        instances.add(instance.start(settings.apply(builder)));
        return instance;
    }

    /**
     * Waits until an instance that was started by {@link #startInstance} listens with a handler, or with a partition like
     * {@code stock|3/8}, and gives it.
     */
    public Instance ownerOf(String handlerId) {
        AtomicReference<@Nullable Instance> owner = new AtomicReference<>();
        boolean found = Waiting.until(Ground.PATIENCE, () -> {
            owner.set(living().filter(each -> each.has(handlerId)).findFirst().orElse(null));
            return owner.get() != null;
        });
        if (!found) {
            throw new AssertionError("No instance of startInstance(…) listens with " + handlerId);
        }
        return Objects.requireNonNull(owner.get());
    }

    private Stream<Instance> living() {
        return instances.stream().filter(each -> !each.hasEnded());
    }

    private List<ChangeListeners> open() {
        return Stream.concat(Stream.ofNullable(listeners), living().map(Instance::listeners))
                .toList();
    }

    private List<ChangeListeners> someOpen() {
        List<ChangeListeners> open = open();
        return open.isEmpty() ? List.of(listeners()) : open;
    }

    /**
     * The listeners that are open; not those of {@link #startInstance}.
     *
     * @throws IllegalStateException if none are
     */
    public ChangeListeners listeners() {
        ChangeListeners open = listeners;
        if (open == null) {
            throw new IllegalStateException("No listeners are open: the test class names no handlers, see OnChangeTest,"
                    + " and the test has not called start(…).");
        }
        return open;
    }

    /** Faults to inject. */
    public Faults faults() {
        return new Faults(ground, recorder, store, this::someOpen, this::open);
    }

    /** Does something with the database and waits until it is done; gives what it results in last, null if in nothing. */
    public <T> @Nullable T run(Publisher<T> command) {
        return Flux.from(command).blockLast(Ground.PATIENCE);
    }

    /** Waits until all handlers have settled every change that was made before this call, in whichever instance. */
    public void awaitIdle() {
        awaiting().past(awaiting().now());
    }

    /** Waits until all handlers have settled every change that was made up to a time of the server. */
    public void awaitProcessed(BsonTimestamp operationTime) {
        awaiting().past(operationTime);
    }

    /** Waits until all handlers have settled what was last done in a session. */
    public void awaitProcessed(ClientSession session) {
        awaiting().past(Objects.requireNonNull(session.getOperationTime(), "Nothing was done in the session"));
    }

    /** Waits until all handlers have settled the change of a resume token and all before it. */
    public void awaitProcessed(BsonDocument token) {
        awaiting().at(token);
    }

    private Awaiting awaiting() {
        return new Awaiting(
                ground.client(),
                someOpen(),
                member -> instances.stream().anyMatch(each -> each.hasEnded() && each.is(member)));
    }

    /** The calls of handlers that have ended, in the order in which they did, since the test began. */
    public List<Received> received() {
        return recorder.received();
    }

    /** The calls of one handler that have ended. */
    public List<Received> received(String handlerId) {
        return received().stream()
                .filter(each -> each.handlerId().equals(handlerId))
                .toList();
    }

    /** What the listeners have told: dead letters, streams that broke off and came back, and so on. */
    public List<ListenerEvent> events() {
        return new ArrayList<>(events);
    }

    /** What the listeners have told of one kind. */
    public <E extends ListenerEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Closes the listeners and all instances. */
    @Override
    public void close() {
        stop();
        instances.forEach(Instance::close);
        instances.forEach(each -> each.awaitClearedUp(Ground.PATIENCE));
    }
}
