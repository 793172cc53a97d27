package dev.onchange.engine.dispatch;

import dev.onchange.engine.decode.Change;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.RawChange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Receives the changes of one stream in batches, and offers each to the lanes of the handlers that it matches, while the
 * window allows it. It may have to wait within a batch: then the thread that settles a change goes on with it.
 */
final class ChangeSubscriber extends BaseSubscriber<List<RawChange>> {

    /**
     * After so many changes the handlers begin with them. To wake a thread costs as much as to route some ten, and locks
     * are better held by one thread for a while than by two in turn.
     */
    private static final int SECTION = 256;

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
    private volatile List<RawChange> batch = List.of();
    private @Nullable HandlerRoute lastOffered;
    private int next;
    private boolean stopped;
    private volatile @Nullable Throwable failure;

    ChangeSubscriber(
            StreamPlan plan,
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
    }

    /** Cancels the stream; a change that arrives nevertheless is dropped. */
    void stop() {
        cancel();
        synchronized (routes) {
            stopped = true;
        }
    }

    /** To be called before the stream is subscribed to. */
    void readSnapshots(@Nullable SnapshotScan scan) {
        snapshots = scan;
    }

    boolean isStopped() {
        synchronized (routes) {
            return stopped;
        }
    }

    /** Why no change comes any more; null if they may. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        request(1);
    }

    @Override
    protected void hookOnNext(List<RawChange> changes) {
        batch = changes;
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
            cancel();
            fail(unforeseen);
        }
    }

    @Override
    protected void hookOnError(Throwable reason) {
        fail(reason);
    }

    @Override
    protected void hookOnComplete() {
        fail(new IllegalStateException("the stream " + plan.name() + " ended without a reason"));
    }

    private void fail(Throwable reason) {
        failure = reason;
        whenStreamFails.accept(reason);
    }

    /** Whether there may be more to route at once. */
    private boolean routeSection() {
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
        request(1);
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
            }
            return open;
        }
    }

    private void route(RawChange raw, long now) {
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
