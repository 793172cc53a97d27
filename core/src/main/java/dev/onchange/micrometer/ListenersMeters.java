package dev.onchange.micrometer;

import dev.onchange.ChangeListeners;
import dev.onchange.status.ListenersStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Meters of what {@link ChangeListeners#status()} says, under the names of {@link ListenersMeter}: how many streams
 * and handlers there are in each phase; for each handler what became of its changes, what is in flight, how far its
 * position is behind and how much of the oplog is left; for each stream how far it is behind and how often it was opened
 * again. Handlers and streams that come later get their meters when some meter is read next, and those of handlers that
 * have gone are removed then. How long calls take is told by {@link HandlerObservations}.
 *
 * <pre>{@code
 * new ListenersMeters(listeners).bindTo(registry);
 * }</pre>
 *
 * <p>The status is taken once a second at most, however many meters are read. Safe for use by several threads.
 */
@SuppressWarnings("exports") // the framework is required where it is used
public final class ListenersMeters implements MeterBinder, AutoCloseable {

    private final Supplier<ListenersStatus> status;
    private final Tags tags;
    private final List<BoundMeters> bound = new CopyOnWriteArrayList<>();

    /** Meters of these listeners without further tags. */
    public ListenersMeters(ChangeListeners listeners) {
        this(listeners::status, Tags.empty());
    }

    /**
     * Meters of listeners that may come and go.
     *
     * @param status asked by whatever thread reads a meter; it must not block
     * @param tags of every meter
     */
    public ListenersMeters(Supplier<ListenersStatus> status, Iterable<Tag> tags) {
        this.status = status;
        this.tags = Tags.of(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        BoundMeters meters = new BoundMeters(registry, status, tags);
        bound.add(meters);
        meters.begin();
    }

    /**
     * Registers the meters of handlers and streams that have come since, so that the next scrape has them: a scrape reads
     * the meters that there were at its beginning. To be called when listeners have started after their meters were bound.
     */
    public void refresh() {
        bound.forEach(BoundMeters::refresh);
    }

    /** Removes all meters from where they were bound. */
    @Override
    public void close() {
        bound.forEach(BoundMeters::remove);
        bound.clear();
    }
}
