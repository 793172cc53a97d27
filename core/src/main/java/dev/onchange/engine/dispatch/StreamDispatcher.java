package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.status.HandlerCounts;
import dev.onchange.status.HandlerState;
import dev.onchange.status.ListenerEvent;
import dev.onchange.status.Overdue;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Dispatches the changes of one stream to its handlers. Routes on the threads that bring the changes and blocks none of
 * them; handlers run on the given workers. Requests changes only while the {@link BackpressureLimits} allow it: memory stays
 * bounded, and a handler that is slow for long delays the other handlers of its stream, which is published as an event.
 *
 * <p>Handlers join by {@link #attach}, before or after {@link #start}. Of a handler that is divided each partition joins by
 * itself, and has an id of its own. Safe for use by several threads.
 */
public final class StreamDispatcher {

    /** How often a call that takes no notice of an interrupt is looked at. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private final StreamPlan plan;
    private final Function<RawChange, Change> decoder;
    private final DispatchSettings settings;
    private final HandlerRoutes routes;
    private final StreamProgress progress;
    private final ChangeSubscriber subscriber;
    private final SlowHandlerDetector slowHandlers;
    private final Disposable.Swap slowHandlerWatch = Disposables.swap();
    private final DispatcherShutdown shutdown;
    private final Map<String, LaneQuota> laneQuotas = new HashMap<>();
    private final @Nullable SnapshotScan snapshots;

    /**
     * @param decoder decodes what the handlers of a change share
     * @param whenStreamFails called once with the reason why the stream cannot go on
     */
    public StreamDispatcher(
            StreamPlan plan,
            OpenStream stream,
            Function<RawChange, Change> decoder,
            DispatchSettings settings,
            Consumer<Throwable> whenStreamFails) {
        this.plan = plan;
        this.decoder = decoder;
        this.settings = settings;
        this.routes = new HandlerRoutes(plan);
        this.progress = new StreamProgress(stream);
        BackpressureWindow window = new BackpressureWindow(settings.limits());
        this.subscriber =
                new ChangeSubscriber(plan, stream, routes, progress, window, decoder, settings, whenStreamFails);
        this.snapshots = snapshots(plan, window);
        subscriber.readSnapshots(snapshots);
        this.slowHandlers = new SlowHandlerDetector(plan.name(), window, settings, routes::all);
        this.shutdown = new DispatcherShutdown(
                routes,
                progress,
                subscriber,
                snapshots == null ? slowHandlerWatch : Disposables.composite(slowHandlerWatch, snapshots::stop),
                settings.workers().timer());
    }

    private @Nullable SnapshotScan snapshots(StreamPlan plan, BackpressureWindow window) {
        SnapshotSettings reads = settings.snapshots();
        return reads == null
                ? null
                : new SnapshotScan(
                        plan.fingerprint(),
                        progress,
                        reads,
                        new SnapshotDeliveries(decoder, window, settings, subscriber::settled),
                        this::stopHandler);
    }

    private void stopHandler(HandlerRoute route, Throwable reason) {
        Position reached = progress.reached();
        synchronized (routes) {
            route.stop(reached);
        }
        route.lanes().failed(reason);
    }

    /** Opens the stream; completes once the server has opened it, fails if it refuses. To be called once. */
    public Mono<Void> start() {
        return Mono.defer(() -> {
            if (isStopped()) {
                return Mono.error(new IllegalStateException("the stream " + plan.name() + " was stopped before"));
            }
            slowHandlerWatch.update(slowHandlers.watch());
            subscriber.start(new DispatchedHandlers(routes, progress, snapshots));
            // While the server opens the stream.
            routes.prepare();
            return subscriber.stream().opened().doOnSuccess(opened -> {
                if (snapshots != null) {
                    snapshots.start();
                }
            });
        });
    }

    /**
     * Lets a handler take part from the next change on; one that was detached, or has failed, may come back.
     *
     * @return how far the stream has come: none of the changes up to it will reach the handler, those after it will. Null if
     *     no change has come and the server has not said how far it has read; then all will
     * @throws IllegalStateException if a handler of this id takes part
     */
    public @Nullable Position attach(HandlerBinding handler) {
        return attach(handler, Mono.empty());
    }

    /**
     * The same for a handler whose former call may still last: changes for it are queued until the call has ended.
     *
     * @param formerCall completes when the call has ended
     */
    public @Nullable Position attach(HandlerBinding handler, Mono<Void> formerCall) {
        synchronized (routes) {
            routes.requireFree(handler.id());
            HandlerLanes lanes = new HandlerLanes(
                    handler.planned().spec(),
                    handler.deliveryHandler(),
                    settings.workers(),
                    laneQuota(handler),
                    settings.clock(),
                    event -> settings.events().accept(fenced(handler, event)));
            lanes.hold(formerCall);
            HandlerRoute route = new HandlerRoute(
                    handler, lanes, progress.received(), routes.counts().of(handler.planned()));
            if (snapshots != null) {
                snapshots.attach(route);
            }
            routes.put(route);
            return progress.reached();
        }
    }

    /**
     * Lets handlers take part that begin now: from the next change on, unless they are to begin later.
     *
     * @throws IllegalStateException if one of them takes part; then none joins
     */
    public void join(List<HandlerBinding> handlers) {
        synchronized (routes) {
            handlers.forEach(handler -> routes.requireFree(handler.id()));
            handlers.forEach(this::attach);
        }
    }

    /**
     * The same from another stream on, of the same scope and with the same options, which goes on in the place of the present one:
     * it opens beside that, and takes over between two changes. Completes then. If it cannot be opened, the present one goes on,
     * and none joins.
     *
     * @param next begins where this one {@linkplain #reached has come}, or before
     */
    public Mono<Void> continueWith(OpenStream next, List<HandlerBinding> joining) {
        return subscriber.continueWith(
                next,
                new FollowingHandlers(new DispatchedHandlers(routes, progress, snapshots), () -> isFedBy(next)),
                () -> join(joining));
    }

    /** Whether it is this stream that brings the changes. */
    public boolean isFedBy(OpenStream stream) {
        return subscriber.stream() == stream;
    }

    /** Partitions of one handler work on as many changes at a time as the handler may, all together. */
    private LaneQuota laneQuota(HandlerBinding handler) {
        HandlerSpec spec = handler.planned().spec();
        return handler.partition().count() == 1
                ? LaneQuota.UNBOUNDED
                : laneQuotas.computeIfAbsent(spec.id(), id -> LaneQuota.of(spec.concurrency()));
    }

    /** What belongs to another instance by now has not stopped: it goes on there. */
    private static ListenerEvent fenced(HandlerBinding handler, ListenerEvent event) {
        return event instanceof ListenerEvent.HandlerStopped stopped
                        && stopped.failure() instanceof FencedException failure
                ? new ListenerEvent.HandlerFenced(handler.id(), failure)
                : event;
    }

    /**
     * Lets a handler take part no longer: what is being handled is finished; what is queued or waits for another attempt is
     * not. Gives the handler's position after that, empty if none is known; {@link #position} and {@link #state} go on
     * answering.
     *
     * @throws IllegalArgumentException in the result, if there is no such handler
     */
    public Mono<Position> detach(String handlerId) {
        return Mono.defer(() -> {
            HandlerRoute route = routes.get(handlerId);
            Position reached;
            synchronized (routes) {
                leave(route);
                // Changes that pass from now on do not reach the handler: its position must not move past them.
                reached = progress.reached();
            }
            return route.lanes()
                    .close(reached, ReentrantCalls::isExiting)
                    .then(Mono.fromSupplier(() -> route.position(null)));
        });
    }

    /**
     * Lets handlers take part no longer, as {@link #stop} does: what has not ended after {@code atMost} is interrupted. Always
     * completes; their positions are final then.
     */
    public Mono<Void> leave(Collection<String> handlerIds, Duration atMost) {
        return Mono.defer(() -> {
            List<HandlerRoute> leaving = handlerIds.stream().map(routes::get).toList();
            Position reached;
            synchronized (routes) {
                leaving.forEach(this::leave);
                reached = progress.reached();
            }
            return shutdown.close(leaving, reached, atMost, ReentrantCalls::isExiting);
        });
    }

    private void leave(HandlerRoute route) {
        route.leave();
        if (snapshots != null) {
            snapshots.detach(route);
        }
    }

    /** Says why a handler that was detached does not go on; without effect on one that takes part. */
    public void stopDetached(String handlerId, Throwable reason) {
        HandlerRoute route = routes.get(handlerId);
        if (!route.takesPart()) {
            route.lanes().failed(reason);
        }
    }

    /**
     * Delivers a change to a handler once more, in the order and within the bounds of its lanes. Gives how it was
     * settled; fails with a {@link java.util.concurrent.CancellationException} if the handler stops before that.
     */
    public Mono<Outcome.Settled> resend(String handlerId, RawChange raw, Delivery.Purpose purpose) {
        return Mono.defer(() -> {
            Sinks.One<Outcome.Settled> result = Sinks.one();
            HandlerRoute route = routes.get(handlerId);
            HandlerLanes lanes = route.lanes();
            synchronized (routes) {
                // It is queued behind all changes that have come so far, and so the stream's position lies before it.
                RoutedChange change = new RoutedChange(
                        decoder.apply(raw),
                        LazyPosition.at(progress.reached()),
                        settings.clock().millis(),
                        1,
                        0,
                        size -> {});
                lanes.offer(route.resent(change, new Delivery.Resend(purpose, result)));
            }
            lanes.start();
            return result.asMono();
        });
    }

    /** Forgets a handler that was detached. */
    public void forget(String handlerId) {
        synchronized (routes) {
            routes.remove(handlerId);
            laneQuotas.remove(Partition.handlerOf(handlerId));
        }
        slowHandlers.forget(Partition.handlerOf(handlerId));
    }

    /**
     * To be called when handlers have joined or were forgotten, by a thread that may take its time: what finds the handlers of a
     * change is made anew.
     */
    public void renewRoutes() {
        routes.renew();
    }

    /**
     * How far a handler has come: everything up to it is settled. Handlers that have settled all get the same object.
     * Null if nothing is known, because neither the handler had a start nor a change came.
     */
    public @Nullable Position position(String handlerId) {
        HandlerRoute route = routes.get(handlerId);
        // First the stream, then the handler: a change that comes in between is then among the unsettled.
        Position reached = progress.reached();
        return route.position(reached);
    }

    /** How far the stream has come: everything up to it was handed to the handlers. Null if nothing is known. */
    public @Nullable Position reached() {
        return progress.reached();
    }

    /** {@link #position} of all handlers, reading the position of the stream once; those without one are left out. */
    public Map<String, Position> positions() {
        Position reached = progress.reached();
        Map<String, Position> positions = new LinkedHashMap<>();
        for (HandlerRoute route : routes.all()) {
            Position position = route.position(reached);
            if (position != null) {
                positions.put(route.id(), position);
            }
        }
        return positions;
    }

    /** Why no change comes any more; null if they may. */
    public @Nullable Throwable failure() {
        return subscriber.failure();
    }

    /** Whether the present thread runs one of the handlers, so that it must not wait for the end of their calls. */
    public boolean isWorkedHere() {
        return isWorkedBy(Thread.currentThread());
    }

    /** Whether a thread runs one of the handlers. */
    public boolean isWorkedBy(Thread thread) {
        return routes.all().stream().anyMatch(route -> route.lanes().isWorkedBy(thread));
    }

    /** Whether {@link #stop} was called. */
    public boolean isStopped() {
        return subscriber.isStopped();
    }

    /** Whether a handler was detached or stopped, and none of its calls goes on. */
    public boolean hasEnded(String handlerId) {
        return routes.get(handlerId).lanes().hasEnded();
    }

    /** Completes when {@link #hasEnded}. */
    public Mono<Void> ended(String handlerId) {
        return Mono.defer(() -> {
            HandlerLanes lanes = routes.get(handlerId).lanes();
            return Flux.interval(POLL_INTERVAL, settings.workers().timer())
                    .onBackpressureDrop()
                    .filter(tick -> lanes.hasEnded())
                    .next()
                    .then();
        });
    }

    /** The ids of the handlers, or partitions, that have stopped by themselves. */
    public Set<String> failed() {
        Set<String> failed = new HashSet<>();
        for (HandlerRoute route : routes.all()) {
            if (route.lanes().failure() != null) {
                failed.add(route.id());
            }
        }
        return failed;
    }

    /** The state of a handler; of one that was forgotten, that it does nothing. */
    public HandlerState state(String handlerId) {
        HandlerRoute route = routes.find(handlerId);
        return route == null
                ? new HandlerState(HandlerState.Phase.PAUSED, null, null, HandlerCounts.NONE, 0, null)
                : route.state(progress.received(), routes.counts().of(route.planned()), settings.clock());
    }

    /** The change that a handler has been working on for longest, if that is longer than the limit; else null. */
    public @Nullable Overdue overdue(String handlerId, Duration limit) {
        Instant now = settings.clock().instant();
        HandlerRoute route = routes.find(handlerId);
        InFlight late = route == null ? null : route.lanes().inFlightSince(now.minus(limit));
        return late == null
                ? null
                : new Overdue(
                        late.delivery().token(),
                        late.delivery().change().raw().documentKey(),
                        Duration.between(late.since(), now));
    }

    /**
     * Closes the stream, finishes what is being handled, and drops what is queued or waits for another attempt. What
     * has not ended after {@code atMost} is interrupted, and if it takes no notice {@linkplain #ended goes on}. Always
     * completes; the positions are final then. Calls that have ended the process are not waited for.
     */
    public Mono<Void> stop(Duration atMost) {
        return shutdown.stop(atMost, ReentrantCalls::isExiting);
    }

    /**
     * The same, but for half of the time what is queued before the newest change that has begun is handled too: then nothing
     * settled lies beyond the positions.
     */
    public Mono<Void> finish(Duration atMost) {
        return shutdown.finish(atMost, ReentrantCalls::isExiting);
    }

    /** The same as {@link #stop}, without waiting for {@linkplain ReentrantCalls calls} that have closed the listeners. */
    public Mono<Void> stopExceptReentrantCalls(Duration atMost) {
        return shutdown.stop(atMost, settings.workers().reentrantCalls()::isEnding);
    }

    /** What each handler has settled beyond its position, by id; complete once it was stopped or detached. */
    public Map<String, SettledAhead> settledAhead() {
        Position reached = progress.reached();
        Map<String, SettledAhead> ahead = new LinkedHashMap<>();
        for (HandlerRoute route : routes.all()) {
            SettledAhead known = route.settledAhead(reached);
            if (known != null) {
                ahead.put(route.id(), known);
            }
        }
        return ahead;
    }
}
