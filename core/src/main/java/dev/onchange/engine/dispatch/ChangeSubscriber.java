package dev.onchange.engine.dispatch;

import dev.onchange.engine.decode.Change;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.RawChange;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Receives the changes of one stream, and offers each to the lanes of the handlers that it matches. */
final class ChangeSubscriber extends BaseSubscriber<RawChange> {

    /** What one delivery takes besides its change: some objects, and a place in the queues of its handler. */
    private static final int DELIVERY_SIZE = 200;

    private final StreamPlan plan;
    private final HandlerRoutes routes;
    private final StreamProgress progress;
    private final BackpressureWindow window;
    private final Function<RawChange, Change> decoder;
    private final DispatchSettings settings;
    private final Consumer<Throwable> whenStreamFails;
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
        requestMore(window.open());
    }

    @Override
    protected void hookOnNext(RawChange raw) {
        try {
            receive(raw);
        } catch (Throwable unforeseen) {
            // Reactor would throw what it holds to be fatal to the driver, and the stream would be silent.
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

    private void requestMore(int changes) {
        if (changes > 0) {
            request(changes);
        }
    }

    private void receive(RawChange raw) {
        RouteMatches matches;
        int demand;
        synchronized (routes) {
            if (stopped) {
                return;
            }
            matches = routes.match(raw);
            int size = size(raw, matches);
            demand = window.received(size, !matches.isEmpty());
            if (!matches.isEmpty()) {
                offer(raw, size, matches);
            }
            progress.advance(raw);
        }
        // Outside the lock, which callers of the dispatcher wait for: a handler may be called on this thread.
        for (int i = 0; i < matches.size(); i++) {
            matches.route(i).lanes().start();
        }
        requestMore(demand);
    }

    private void offer(RawChange raw, int size, RouteMatches matches) {
        RoutedChange routed = new RoutedChange(
                decoder.apply(raw),
                progress.afterLast(),
                settings.clock().millis(),
                matches.size(),
                () -> settled(size));
        for (int i = 0; i < matches.size(); i++) {
            matches.route(i).lanes().offer(new Delivery(routed, matches.failure(i)));
        }
    }

    private void settled(int size) {
        requestMore(window.settled(size));
        settings.settled().run();
    }

    /** How many bytes a change takes until it is settled. */
    private static int size(RawChange raw, RouteMatches matches) {
        return (int) Math.min(Integer.MAX_VALUE, raw.size() + (long) DELIVERY_SIZE * matches.size());
    }
}
