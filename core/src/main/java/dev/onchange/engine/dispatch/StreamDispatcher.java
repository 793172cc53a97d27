package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.StreamHandlers;
import dev.onchange.status.HandlerState;
import dev.onchange.status.Overdue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Leads the changes of one stream to its handlers. Routes on the threads that bring the changes and blocks none of
 * them; handlers run on the given workers. Reads on only while the {@link BackpressureLimits} allow it: memory stays bounded,
 * and a handler that is slow for long holds up the others of its stream, which is told.
 *
 * <p>Handlers join by {@link #attach}, before or after {@link #start}. Safe for use by several threads.
 */
public final class StreamDispatcher {

    /** What one delivery takes besides its change: some objects, and a place in the queues of its handler. */
    private static final int DELIVERY_SIZE = 200;

    /** So often a call that takes no notice of an interrupt is looked at. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private final StreamPlan plan;
    private final OpenStream stream;
    private final Function<RawChange, Change> decoder;
    private final DispatchSettings settings;
    private final Consumer<Throwable> whenStreamFails;
    private final BackpressureWindow window;
    private final StreamProgress progress;
    private final SlowHandlerDetector slowHandlers;
    private final Disposable.Swap lookOut = Disposables.swap();
    /** By their ids; changed under this object's lock. Asking how a handler is never waits for the routing of a change. */
    private final Map<String, HandlerRoute> routes = new ConcurrentSkipListMap<>();

    private final RouteMatches found = new RouteMatches();
    private final RouteMatcher matcher = new RouteMatcher(found);
    private final Subscriber subscriber = new Subscriber();
    private @Nullable Router router;
    private boolean stopped;
    private volatile @Nullable Throwable failure;

    /**
     * @param decoder makes of a change what its handlers share
     * @param whenStreamFails told once why the stream cannot go on
     */
    public StreamDispatcher(
            StreamPlan plan,
            OpenStream stream,
            Function<RawChange, Change> decoder,
            DispatchSettings settings,
            Consumer<Throwable> whenStreamFails) {
        this.plan = plan;
        this.stream = stream;
        this.decoder = decoder;
        this.settings = settings;
        this.whenStreamFails = whenStreamFails;
        this.window = new BackpressureWindow(settings.limits());
        this.progress = new StreamProgress(stream);
        this.slowHandlers = new SlowHandlerDetector(plan.name(), window, settings, this::routes);
    }

    /** Opens the stream; completes once the server has opened it, fails if it refuses. To be called once. */
    public Mono<Void> start() {
        return Mono.defer(() -> {
            if (isStopped()) {
                return Mono.error(new IllegalStateException("the stream " + plan.name() + " was stopped before"));
            }
            lookOut.update(slowHandlers.watch());
            stream.changes(new Handlers()).subscribe(subscriber);
            return stream.opened();
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
     * The same for a handler whose former call may still last: what comes for it is kept until then.
     *
     * @param formerCall completes when the call has ended
     */
    public @Nullable Position attach(HandlerBinding handler, Mono<Void> formerCall) {
        synchronized (this) {
            HandlerRoute present = routes.get(handler.id());
            if (present != null && !present.lanes().isQuiet()) {
                throw new IllegalStateException(
                        "the stream " + plan.name() + " has a running handler " + handler.id() + " already");
            }
            HandlerLanes lanes = new HandlerLanes(
                    handler.planned().spec(), handler.deliveryHandler(), settings.workers(), settings.events());
            lanes.hold(formerCall);
            routes.put(handler.id(), new HandlerRoute(handler, lanes, progress.received()));
            router = null;
            return progress.reached();
        }
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
            HandlerRoute route = route(handlerId);
            Position reached;
            synchronized (this) {
                route.leave();
                router = null;
                // What passes from now on does not reach the handler: its position must not be taken for later.
                reached = progress.reached();
            }
            return route.lanes()
                    .close(reached, ReentrantCalls::isExiting)
                    .then(Mono.fromSupplier(() -> route.position(null)));
        });
    }

    /** Says why a handler that was detached does not go on; without effect on one that takes part. */
    public void stopDetached(String handlerId, Throwable reason) {
        HandlerRoute route = route(handlerId);
        if (!route.takesPart()) {
            route.lanes().stopTaking(reason);
        }
    }

    /**
     * Gives a handler a change that it was given before, in the order and within the bounds of its lanes. Gives what
     * became of it; fails with a {@link java.util.concurrent.CancellationException} if the handler stops before that.
     */
    public Mono<Outcome.Settled> resend(String handlerId, RawChange raw, Delivery.Purpose purpose) {
        return Mono.defer(() -> {
            Sinks.One<Outcome.Settled> result = Sinks.one();
            HandlerLanes lanes = route(handlerId).lanes();
            synchronized (this) {
                // It stands behind all that has come so far, and so the stream's position is before it.
                RoutedChange change = new RoutedChange(
                        decoder.apply(raw),
                        LazyPosition.at(progress.reached()),
                        settings.clock().millis(),
                        1,
                        () -> {});
                lanes.offer(Delivery.resent(change, new Delivery.Errand(purpose, result)));
            }
            lanes.start();
            return result.asMono();
        });
    }

    /** Forgets a handler that was detached. */
    public synchronized void forget(String handlerId) {
        routes.remove(handlerId);
    }

    /**
     * How far a handler has come: everything up to it is settled. Handlers that have settled all get the same object. Null if nothing
     * is known, because neither the handler had a start nor a change came.
     */
    public @Nullable Position position(String handlerId) {
        HandlerRoute route = route(handlerId);
        // First the stream, then the handler: what came in between is then among the unsettled.
        Position reached = progress.reached();
        return route.position(reached);
    }

    /** How far the stream has come: everything up to it was handed to the handlers. Null if nothing is known. */
    public @Nullable Position reached() {
        return progress.reached();
    }

    /** {@link #position} of all handlers, at the cost of one look at the stream; those without one are left out. */
    public Map<String, Position> positions() {
        Position reached = progress.reached();
        Map<String, Position> positions = new LinkedHashMap<>();
        for (HandlerRoute route : routes()) {
            Position position = route.position(reached);
            if (position != null) {
                positions.put(route.spec().id(), position);
            }
        }
        return positions;
    }

    /** Why no change comes any more; null if they may. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Whether the present thread works for one of the handlers: it must not wait until they have ended. */
    public boolean isWorkedHere() {
        return isWorkedBy(Thread.currentThread());
    }

    /** Whether a thread works for one of the handlers. */
    public boolean isWorkedBy(Thread thread) {
        return routes().stream().anyMatch(route -> route.lanes().isWorkedBy(thread));
    }

    /** Whether {@link #stop} was called. */
    public synchronized boolean isStopped() {
        return stopped;
    }

    /** Whether no call of a handler that has left, or whose stream was stopped, goes on. */
    public boolean hasEnded(String handlerId) {
        return route(handlerId).lanes().hasEnded();
    }

    /** Completes when no call of such a handler goes on. */
    public Mono<Void> ended(String handlerId) {
        return Mono.defer(() -> {
            HandlerLanes lanes = route(handlerId).lanes();
            return Flux.interval(LOOK, settings.workers().timer())
                    .onBackpressureDrop()
                    .filter(tick -> lanes.hasEnded())
                    .next()
                    .then();
        });
    }

    /** What a handler is doing. */
    public HandlerState state(String handlerId) {
        return route(handlerId).state(progress.received(), settings.clock());
    }

    /** The change that a handler has been at for longest, if that is longer than the limit; else null. */
    public @Nullable Overdue overdue(String handlerId, Duration limit) {
        Instant now = settings.clock().instant();
        DeliveryQueue.InFlight late = route(handlerId).lanes().inFlightSince(now.minus(limit));
        return late == null
                ? null
                : new Overdue(
                        late.delivery().token(),
                        late.delivery().change().raw().documentKey(),
                        Duration.between(late.since(), now));
    }

    /**
     * Closes the stream, finishes what is being handled, and drops what is queued or waits for another attempt. What has not ended
     * after {@code atMost} is interrupted, and if it takes no notice {@linkplain #ended goes on}. Always completes; the
     * positions are final then. Calls that have ended the process are not waited for.
     */
    public Mono<Void> stop(Duration atMost) {
        return stop(atMost, ReentrantCalls::isExiting);
    }

    /**
     * The same, but for half of the time what is queued before the newest change that has begun is handled too: then nothing
     * settled lies beyond the positions.
     */
    public Mono<Void> finish(Duration atMost) {
        Duration half = atMost.dividedBy(2);
        return Mono.defer(() -> {
            Position reached = ending();
            List<Mono<Void>> quiet = routes().stream()
                    .map(route -> route.lanes().finish(reached, ReentrantCalls::isExiting))
                    .toList();
            return Mono.when(quiet)
                    .timeout(half, settings.workers().timer())
                    .onErrorResume(TimeoutException.class, late -> stop(atMost.minus(half)));
        });
    }

    /** What each handler has settled beyond its position, once it was stopped or detached; by id. */
    public Map<String, SettledAhead> settledAhead() {
        Position reached = progress.reached();
        Map<String, SettledAhead> ahead = new LinkedHashMap<>();
        for (HandlerRoute route : routes()) {
            SettledAhead known = route.settledAhead(reached);
            if (known != null) {
                ahead.put(route.spec().id(), known);
            }
        }
        return ahead;
    }

    /** The same as {@link #stop}, without waiting for {@linkplain ReentrantCalls calls} that have closed the listeners. */
    public Mono<Void> stopAroundOwnCalls(Duration atMost) {
        return stop(atMost, settings.workers().reentrantCalls()::isEnding);
    }

    private Mono<Void> stop(Duration atMost, Predicate<Thread> passedOver) {
        return Mono.defer(() -> {
            Position reached = ending();
            List<HandlerRoute> all = routes();
            List<Mono<Void>> quiet = all.stream()
                    .map(route -> route.lanes().close(reached, passedOver))
                    .toList();
            return Mono.when(quiet)
                    .timeout(atMost, settings.workers().timer())
                    .onErrorResume(TimeoutException.class, late -> {
                        all.forEach(route -> route.lanes().interrupt(passedOver));
                        return Mono.empty();
                    });
        });
    }

    /** Takes no more changes; gives how far the stream has come. */
    private @Nullable Position ending() {
        lookOut.dispose();
        subscriber.cancel();
        synchronized (this) {
            stopped = true;
        }
        return progress.reached();
    }

    private void take(RawChange raw) {
        int more;
        synchronized (this) {
            if (stopped) {
                return;
            }
            if (raw.oversized()) {
                router().routeOversized(raw, matcher);
            } else {
                router().route(raw, matcher);
            }
            more = window.received(size(raw), !found.isEmpty());
            if (!found.isEmpty()) {
                deliver(raw);
            }
            progress.passed(raw);
        }
        // A handler may be called right here: not while others wait to ask or change something.
        for (int i = 0; i < found.size(); i++) {
            found.route(i).lanes().start();
        }
        subscriber.ask(more);
    }

    /** What a change takes until it is settled. */
    private int size(RawChange raw) {
        return (int) Math.min(Integer.MAX_VALUE, raw.size() + (long) DELIVERY_SIZE * found.size());
    }

    private void deliver(RawChange raw) {
        int size = size(raw);
        RoutedChange routed = new RoutedChange(
                decoder.apply(raw), progress.mark(), settings.clock().millis(), found.size(), () -> {
                    subscriber.ask(window.settled(size));
                    settings.settled().run();
                });
        for (int i = 0; i < found.size(); i++) {
            found.route(i).lanes().offer(new Delivery(routed, found.failure(i)));
        }
    }

    private Router router() {
        Router present = router;
        if (present == null) {
            present = new Router(
                    plan,
                    routes.values().stream().filter(HandlerRoute::takesPart).toList());
            router = present;
        }
        return present;
    }

    private List<HandlerRoute> routes() {
        return new ArrayList<>(routes.values());
    }

    private HandlerRoute route(String handlerId) {
        HandlerRoute route = routes.get(handlerId);
        if (route == null) {
            throw new IllegalArgumentException("the stream " + plan.name() + " has no handler " + handlerId);
        }
        return route;
    }

    /** What the stream asks and tells when history is lost. */
    private final class Handlers implements StreamHandlers {

        @Override
        public List<Start> starts() {
            return routes().stream()
                    .filter(HandlerRoute::takesPart)
                    .map(route -> new Start(route.spec().id(), route.start()))
                    .toList();
        }

        @Override
        public void restart(Collection<String> handlerIds, Position at, Position opening) {
            Position before = progress.reached();
            synchronized (StreamDispatcher.this) {
                progress.goOnAt(opening);
                handlerIds.forEach(id -> route(id).restart(at, before));
            }
        }

        @Override
        public void stop(Collection<String> handlerIds, Throwable reason) {
            Position before = progress.reached();
            synchronized (StreamDispatcher.this) {
                handlerIds.forEach(id -> route(id).stop(before));
                router = null;
            }
            handlerIds.forEach(id -> route(id).lanes().stopTaking(reason));
        }
    }

    private final class Subscriber extends BaseSubscriber<RawChange> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            ask(window.open());
        }

        @Override
        protected void hookOnNext(RawChange raw) {
            try {
                take(raw);
            } catch (Throwable unforeseen) {
                // Reactor would throw what it holds to be fatal to the driver, and the stream would be silent.
                cancel();
                fail(unforeseen);
            }
        }

        @Override
        protected void hookOnError(Throwable failure) {
            fail(failure);
        }

        @Override
        protected void hookOnComplete() {
            fail(new IllegalStateException("the stream " + plan.name() + " ended without a reason"));
        }

        private void fail(Throwable reason) {
            failure = reason;
            whenStreamFails.accept(reason);
        }

        void ask(int more) {
            if (more > 0) {
                request(more);
            }
        }
    }
}
