package dev.onchange.engine.dispatch;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import dev.onchange.Scope;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.decode.EventDecoder;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.DocumentOptions;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A dispatcher over a stream fed by hand, with real worker threads and a timer that a test moves. */
public final class Rig implements AutoCloseable {

    public final FedStream stream = new FedStream();
    public final Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();
    public final VirtualTimeScheduler time = new MovedTime();
    public final AtomicReference<@Nullable Throwable> streamFailure = new AtomicReference<>();
    public final StreamDispatcher dispatcher;
    private final Scheduler threads = Schedulers.newBoundedElastic(8, 10_000, "handlers");

    public Rig() {
        this(BackpressureLimits.DEFAULT);
    }

    public Rig(BackpressureLimits limits) {
        this(limits, time -> Clock.systemUTC());
    }

    private Rig(BackpressureLimits limits, Function<Scheduler, Clock> clock) {
        dispatcher = new StreamDispatcher(
                plan(false),
                stream,
                new EventDecoder(MongoClientSettings.getDefaultCodecRegistry())::change,
                new DispatchSettings(limits, new Workers(threads::schedule, time), clock.apply(time), events::add),
                streamFailure::set);
    }

    /** One whose clock goes with its timer. */
    static Rig withMovedClock() {
        return new Rig(BackpressureLimits.DEFAULT, MovedClock::new);
    }

    static StreamPlan plan(boolean expanded) {
        return new StreamPlan(
                "shop",
                new WatchedScope(Scope.DATABASE, "shop", ""),
                new DocumentOptions(FullDocument.DEFAULT, FullDocumentBeforeChange.DEFAULT, expanded),
                List.of(),
                "test",
                List.of(),
                "");
    }

    public Rig with(Declared declared, DeliveryHandler deliveryHandler) {
        return with(declared, deliveryHandler, null);
    }

    public Rig with(Declared declared, DeliveryHandler deliveryHandler, @Nullable Position start) {
        dispatcher.attach(new HandlerBinding(declared.planned(), deliveryHandler, start));
        return this;
    }

    public Rig start() {
        dispatcher.start().block();
        return this;
    }

    /** The number that {@link ChangesOf} gave the change of the handler's position; -1 without a position. */
    public int position(String handlerId) {
        Position position = dispatcher.position(handlerId);
        return position == null ? -1 : position.clusterTime().getInc();
    }

    @Override
    public void close() {
        dispatcher.stop(Duration.ofSeconds(0)).subscribe();
        time.advanceTimeBy(Duration.ofDays(1));
        threads.dispose();
    }
}
