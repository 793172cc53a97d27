package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.StreamHandlers;
import dev.onchange.engine.stream.Watermark;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Receives the changes of one stream in batches, and offers each to the lanes of the handlers that it matches, while the
 * window allows it. It may have to wait within a batch: then the thread that settles a change goes on with it. Another stream
 * may take over between two changes.
 */
final class ChangeSubscriber {

    /**
     * After so many changes the handlers begin with them. To wake a thread costs as much as to route some ten, and locks
     * are better held by one thread for a while than by two in turn.
     */
    private static final int SECTION = 256;

    /** With thousands of filters a change takes long, and callers of the dispatcher wait for the lock: then a section ends earlier. */
    private static final int LONGEST_MILLIS = 5;

    /** The time is looked at after so many changes. */
    private static final int TIMED = 4;

    /** What one delivery takes besides its change: some objects, and a place in the queues of its handler. */
    private static final int DELIVERY_SIZE = 200;

    private final StreamPlan plan;
    private final HandlerRoutes routes;
    private final StreamProgress progress;
    private final BackpressureWindow window;
    private final Function<RawChange, Change> decoder;
    private final DispatchSettings settings;
    private @Nullable SnapshotScan snapshots;
    private final Consumer<Throwable> whenStreamFails;
    private final IntConsumer whenSettled = this::settled;
    private final AtomicInteger calls = new AtomicInteger();
    private final Set<HandlerRoute> offered = new LinkedHashSet<>();
    private volatile StreamSubscription subscription;
    private volatile @Nullable StreamSubscription following;
    private volatile @Nullable TakeOver takeOver;
    private @Nullable Watermark passed;
    private volatile List<RawChange> batch = List.of();
    private @Nullable HandlerRoute lastOffered;
    private int next;
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;

    ChangeSubscriber(
            StreamPlan plan,
            OpenStream stream,
            HandlerRoutes routes,
            StreamProgress progress,
            BackpressureWindow window,
            Function<RawChange, Change> decoder,
            DispatchSettings settings,
            Consumer<Throwable> whenStreamFails) {
        this.plan = plan;
        this.routes = routes;
        this.progress = progress;
        this.window = window;
        this.decoder = decoder;
        this.settings = settings;
        this.whenStreamFails = whenStreamFails;
        this.subscription = new StreamSubscription(stream, this);
    }

    /** Subscribes to the stream; to be called once. */
    void start(StreamHandlers handlers) {
        subscription.stream().changes(handlers).subscribe(subscription);
    }

    /** Cancels the stream; a change that arrives nevertheless is dropped. */
    void stop() {
        synchronized (routes) {
            stopped = true;
        }
        subscription.cancel();
        StreamSubscription late = following;
        if (late != null) {
            late.cancel();
        }
        // Who waits for a take-over is told that there will be none.
        route();
    }

    /**
     * Opens another stream, which takes over between two changes: what it brings up to there is passed over. Fails if it cannot be
     * opened; then the present one goes on.
     *
     * @param next begins no later than the present one has come
     * @param joining is run then, while no change is routed
     */
    Mono<Void> continueWith(OpenStream next, StreamHandlers handlers, Runnable joining) {
        return Mono.defer(() -> {
            StreamSubscription opening = new StreamSubscription(next, this);
            following = opening;
            next.changes(handlers).subscribe(opening);
            return next.opened()
                    .then(Mono.<Void>create(caller -> enqueue(new TakeOver(opening, joining, caller))))
                    .doOnError(failure -> leave(opening))
                    .doOnCancel(() -> leave(opening));
        });
    }

    private void enqueue(TakeOver wanted) {
        Throwable known = failure;
        if (known != null) {
            wanted.caller().error(known);
            return;
        }
        takeOver = wanted;
        route();
    }

    /** Unless it has taken over meanwhile. */
    private synchronized void leave(StreamSubscription opening) {
        if (subscription != opening) {
            opening.stream().replaced();
            opening.cancel();
        }
    }

    /** On the thread that routes, so that no change is routed meanwhile. */
    private void perform(TakeOver wanted) {
        StreamSubscription former = subscription;
        try {
            synchronized (routes) {
                takeOver(wanted);
            }
        } catch (RuntimeException refused) {
            wanted.caller().error(refused);
            return;
        }
        former.stream().replaced();
        former.cancel();
        wanted.caller().success();
    }

    private void takeOver(TakeOver wanted) {
        Position reached = progress.reached();
        if (stopped || failure != null || reached == null) {
            throw new IllegalStateException("the stream " + plan.name() + " has ended meanwhile");
        }
        synchronized (this) {
            if (wanted.following().isDisposed()) {
                throw new IllegalStateException("the stream that was to take over has ended: " + plan.name());
            }
            wanted.joining().run();
            subscription = wanted.following();
            batch = subscription.early();
            next = 0;
        }
        following = null;
        passed = Watermark.of(reached);
        progress.continueWith(subscription.stream(), reached);
    }

    /** To be called before the stream is subscribed to. */
    void readSnapshots(@Nullable SnapshotScan scan) {
        snapshots = scan;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Why no change comes any more; null if they may. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Which stream it is that brings changes at present. */
    OpenStream stream() {
        return subscription.stream();
    }

    void received(StreamSubscription from, List<RawChange> changes) {
        synchronized (this) {
            if (from != subscription) {
                from.keep(changes);
                return;
            }
            batch = changes;
        }
        route();
    }

    /** Routes as much as the window allows, on this thread or the one that does so already. */
    private void route() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        try {
            for (int seen = 1; seen != 0; seen = calls.addAndGet(-seen)) {
                while (routeSection()) {}
            }
        } catch (Throwable unforeseen) {
            // Reactor would throw what it holds to be fatal to the driver, and the stream would be silent. No further
            // call gets through.
            subscription.cancel();
            fail(unforeseen);
            TakeOver wanted = takeOver;
            if (wanted != null) {
                wanted.caller().error(unforeseen);
            }
        }
    }

    void ended(StreamSubscription from) {
        failed(from, new IllegalStateException("the stream " + plan.name() + " ended without a reason"));
    }

    void failed(StreamSubscription from, Throwable reason) {
        synchronized (this) {
            if (from != subscription) {
                // Who opens it is told so, and a stream that was replaced is of no interest.
                return;
            }
        }
        fail(reason);
    }

    private void fail(Throwable reason) {
        failure = reason;
        whenStreamFails.accept(reason);
    }

    /** Whether there may be more to route at once. */
    private boolean routeSection() {
        TakeOver wanted = takeOver;
        if (wanted != null) {
            takeOver = null;
            perform(wanted);
        }
        boolean open = routeWhileOpen();
        // Outside the lock, which callers of the dispatcher wait for: a handler may be called on this thread.
        offered.forEach(HandlerRoute::startLanes);
        offered.clear();
        lastOffered = null;
        if (batch.isEmpty()) {
            return false;
        }
        if (next < batch.size() ? !open : !window.isOpen()) {
            // No more comes until some are settled, so none is to wait for more.
            routes.flush();
            return false;
        }
        if (next < batch.size()) {
            return true;
        }
        next = 0;
        batch = List.of();
        subscription.request(1);
        return true;
    }

    private boolean routeWhileOpen() {
        synchronized (routes) {
            if (stopped) {
                batch = List.of();
                return false;
            }
            int end = Math.min(batch.size(), next + SECTION);
            long now = next < end ? settings.clock().millis() : 0;
            boolean open = true;
            while (next < end && (open = window.isOpen())) {
                route(batch.get(next++), now);
                if (next % TIMED == 0 && settings.clock().millis() - now > LONGEST_MILLIS) {
                    break;
                }
            }
            return open;
        }
    }

    private void route(RawChange raw, long now) {
        if (passed != null) {
            if (!passed.isBefore(raw)) {
                progress.pass();
                return;
            }
            passed = null;
        }
        if (snapshots != null) {
            snapshots.before(raw);
        }
        RouteMatches matches = routes.match(raw);
        if (!matches.isEmpty()) {
            int size = size(raw, matches);
            window.add(size);
            RoutedChange routed =
                    new RoutedChange(decoder.apply(raw), progress.afterLast(), now, matches.size(), size, whenSettled);
            for (int i = 0; i < matches.size(); i++) {
                HandlerRoute route = matches.route(i);
                route.offer(new Delivery(routed, matches.failure(i)));
                if (route != lastOffered) {
                    lastOffered = route;
                    offered.add(route);
                }
            }
        }
        progress.advance(raw);
    }

    /** What has come, or was read, is settled or dropped. */
    void settled(int size) {
        if (window.settled(size)) {
            route();
        }
        settings.settled().run();
    }

    /** How many bytes a change takes until it is settled. */
    private static int size(RawChange raw, RouteMatches matches) {
        return (int) Math.min(Integer.MAX_VALUE, raw.size() + (long) DELIVERY_SIZE * matches.size());
    }
}
