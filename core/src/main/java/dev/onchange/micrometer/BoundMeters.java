package dev.onchange.micrometer;

import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.SnapshotStatus;
import dev.onchange.status.StreamStatus;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** The meters of one registry, which follow who comes and goes. */
final class BoundMeters {

    /** A scrape reads some ten meters a handler: they share one look at the status. */
    private static final long FRESH = TimeUnit.SECONDS.toNanos(1);

    private final MeterRegistry registry;
    private final Supplier<ListenersStatus> source;
    private final Tags tags;
    private final List<Meter> ofAll = new ArrayList<>();
    private final Map<String, List<Meter>> ofHandlers = new HashMap<>();
    private final Map<String, List<Meter>> ofStreams = new HashMap<>();
    private final Map<String, List<Meter>> ofSnapshots = new HashMap<>();
    private final AtomicLong takenAt = new AtomicLong();
    private volatile Snapshot snapshot;

    BoundMeters(MeterRegistry registry, Supplier<ListenersStatus> source, Tags tags) {
        this.registry = registry;
        this.source = source;
        this.tags = tags;
        this.snapshot = Snapshot.of(source.get());
    }

    void begin() {
        for (StreamStatus.Phase phase : StreamStatus.Phase.values()) {
            ofAll.add(meters().ofPhase(ListenersMeter.STREAMS, text(phase), () -> latest().streamsIn(phase)));
        }
        for (HandlerStatus.Phase phase : HandlerStatus.Phase.values()) {
            ofAll.add(meters().ofPhase(ListenersMeter.HANDLERS, text(phase), () -> latest().handlersIn(phase)));
        }
        takenAt.set(registry.config().clock().monotonicTime());
        follow(snapshot);
    }

    /** Takes the status anew, so that all meters are there before one is read. */
    void refresh() {
        Snapshot taken = Snapshot.of(source.get());
        takenAt.set(registry.config().clock().monotonicTime());
        snapshot = taken;
        follow(taken);
    }

    synchronized void remove() {
        ofAll.forEach(registry::remove);
        follow(Snapshot.NOTHING);
    }

    /** The status, of this second. */
    Snapshot latest() {
        long now = registry.config().clock().monotonicTime();
        long before = takenAt.get();
        // Whoever comes while another one looks is content with the status before.
        if (now - before >= FRESH && takenAt.compareAndSet(before, now)) {
            Snapshot taken = Snapshot.of(source.get());
            snapshot = taken;
            follow(taken);
        }
        return snapshot;
    }

    private synchronized void follow(Snapshot present) {
        HandlerMeters handlers = meters();
        reconcile(ofHandlers, present.handlers().keySet(), handlers::ofHandler);
        reconcile(ofStreams, present.streams().keySet(), handlers::ofStream);
        reconcile(ofSnapshots, present.snapshots().keySet(), handlers::ofSnapshot);
    }

    private void reconcile(Map<String, List<Meter>> known, Set<String> present, MeterMaker maker) {
        known.entrySet().removeIf(entry -> {
            boolean gone = !present.contains(entry.getKey());
            if (gone) {
                entry.getValue().forEach(registry::remove);
            }
            return gone;
        });
        present.forEach(name -> known.computeIfAbsent(name, maker::make));
    }

    private HandlerMeters meters() {
        return new HandlerMeters(registry, tags, this);
    }

    private static String text(Enum<?> phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    private interface MeterMaker {
        List<Meter> make(String name);
    }

    /** A status that is quickly looked up in. */
    record Snapshot(
            Map<String, HandlerStatus> handlers,
            Map<String, StreamStatus> streams,
            Map<String, SnapshotStatus> snapshots) {

        static final Snapshot NOTHING = new Snapshot(Map.of(), Map.of(), Map.of());

        static Snapshot of(ListenersStatus status) {
            Map<String, HandlerStatus> handlers = new HashMap<>();
            status.handlers().forEach(handler -> handlers.put(handler.id(), handler));
            Map<String, StreamStatus> streams = new HashMap<>();
            status.streams().forEach(stream -> streams.put(stream.name(), stream));
            Map<String, SnapshotStatus> snapshots = new HashMap<>();
            if (!status.snapshots().isEmpty()) {
                handlers.keySet().forEach(id -> status.snapshot(id).ifPresent(found -> snapshots.put(id, found)));
            }
            return new Snapshot(handlers, streams, snapshots);
        }

        long streamsIn(StreamStatus.Phase phase) {
            return streams.values().stream()
                    .filter(stream -> stream.phase() == phase)
                    .count();
        }

        long handlersIn(HandlerStatus.Phase phase) {
            return handlers.values().stream()
                    .filter(handler -> handler.phase() == phase)
                    .count();
        }
    }
}
