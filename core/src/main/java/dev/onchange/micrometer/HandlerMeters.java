package dev.onchange.micrometer;

import dev.onchange.checkpoint.Position;
import dev.onchange.deadletter.LetterCount;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.Lag;
import dev.onchange.status.SnapshotStatus;
import dev.onchange.status.StreamStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the meters of one handler or stream. What is not known is not a number. Meters refer to the registry where
 * Micrometer keeps weak references only, so that they live as long as it does.
 */
final class HandlerMeters {

    private static final double MILLIS = 1000;

    private final MeterRegistry registry;
    private final Tags tags;
    private final BoundMeters bound;

    HandlerMeters(MeterRegistry registry, Tags tags, BoundMeters bound) {
        this.registry = registry;
        this.tags = tags;
        this.bound = bound;
    }

    List<Meter> ofHandler(String id) {
        return List.of(
                ofHandler(ListenersMeter.IN_SCOPE, id, HandlerStatus::inScope),
                ofHandler(ListenersMeter.DELIVERED, id, HandlerStatus::delivered),
                ofHandler(ListenersMeter.FILTERED, id, HandlerStatus::filtered),
                ofHandler(ListenersMeter.HANDLED, id, status -> status.counts().handled()),
                ofHandler(ListenersMeter.RETRIED, id, status -> status.counts().retried()),
                ofHandler(
                        ListenersMeter.DEAD_LETTERED,
                        id,
                        status -> status.counts().deadLettered()),
                ofHandler(ListenersMeter.PARKED, id, status -> status.counts().parked()),
                ofHandler(ListenersMeter.SKIPPED, id, status -> status.counts().skipped()),
                ofHandler(
                        ListenersMeter.COALESCED, id, status -> status.counts().coalesced()),
                ofHandler(ListenersMeter.BATCHES, id, status -> status.counts().batches()),
                ofHandler(ListenersMeter.LETTERS_FAILED, id, status -> letters(status, LetterCount::failed)),
                ofHandler(ListenersMeter.LETTERS_PARKED, id, status -> letters(status, LetterCount::parked)),
                ofHandler(ListenersMeter.IN_FLIGHT, id, HandlerStatus::inFlight),
                ofHandler(ListenersMeter.OLDEST_UNSETTLED, id, status -> seconds(status.oldestUnsettled())),
                ofHandler(ListenersMeter.LAG, id, status -> behind(status.lag())),
                ofHandler(ListenersMeter.LEFT, id, status -> left(status.lag())),
                ofHandler(ListenersMeter.AGE, id, status -> age(status.position())));
    }

    /** Of the snapshot of a handler that is under way. */
    List<Meter> ofSnapshot(String id) {
        return List.of(
                ofSnapshot(ListenersMeter.SNAPSHOT_DOCUMENTS, id, SnapshotStatus::documents),
                ofSnapshot(ListenersMeter.SNAPSHOT_ESTIMATED, id, SnapshotStatus::estimated),
                ofSnapshot(ListenersMeter.SNAPSHOT_RATE, id, SnapshotStatus::perSecond),
                ofSnapshot(ListenersMeter.SNAPSHOT_LEFT, id, status -> timeLeft(status.timeLeft())));
    }

    private Meter ofSnapshot(ListenersMeter meter, String id, ToDoubleFunction<SnapshotStatus> value) {
        return meter(meter, id, () -> {
            SnapshotStatus status = bound.latest().snapshots().get(id);
            return status == null ? Double.NaN : value.applyAsDouble(status);
        });
    }

    List<Meter> ofStream(String name) {
        return List.of(
                meter(ListenersMeter.REOPENED, name, ofStream(name, StreamStatus::reopened)),
                meter(ListenersMeter.STREAM_LAG, name, ofStream(name, status -> behind(status.lag()))));
    }

    /** Of a phase. */
    Meter ofPhase(ListenersMeter meter, String phase, Supplier<Number> value) {
        return meter(meter, phase, value);
    }

    private Meter ofHandler(ListenersMeter meter, String id, ToDoubleFunction<HandlerStatus> value) {
        return meter(meter, id, of(id, value));
    }

    private Meter meter(ListenersMeter meter, String tag, Supplier<Number> value) {
        Tags own = tags.and(meter.key().asString(), tag);
        if (meter.getType() == Meter.Type.COUNTER) {
            return FunctionCounter.builder(
                            meter.getName(), registry, any -> value.get().doubleValue())
                    .description(meter.description())
                    .baseUnit(meter.getBaseUnit())
                    .tags(own)
                    .register(registry);
        }
        return meter.isTime()
                ? TimeGauge.builder(meter.getName(), value, TimeUnit.SECONDS)
                        .description(meter.description())
                        .tags(own)
                        .register(registry)
                : Gauge.builder(meter.getName(), value)
                        .description(meter.description())
                        .baseUnit(meter.getBaseUnit())
                        .tags(own)
                        .register(registry);
    }

    private Supplier<Number> of(String id, ToDoubleFunction<HandlerStatus> value) {
        return () -> {
            HandlerStatus status = bound.latest().handlers().get(id);
            return status == null ? Double.NaN : value.applyAsDouble(status);
        };
    }

    private Supplier<Number> ofStream(String name, ToDoubleFunction<StreamStatus> value) {
        return () -> {
            StreamStatus status = bound.latest().streams().get(name);
            return status == null ? Double.NaN : value.applyAsDouble(status);
        };
    }

    private double age(@Nullable Position position) {
        if (position == null) {
            return Double.NaN;
        }
        double now = registry.config().clock().wallTime() / MILLIS;
        return Math.max(0, now - position.clusterTime().getTime());
    }

    private static double letters(HandlerStatus status, ToLongFunction<LetterCount> part) {
        LetterCount letters = status.letters();
        return letters == null ? Double.NaN : part.applyAsLong(letters);
    }

    private static double behind(@Nullable Lag lag) {
        return lag == null ? Double.NaN : seconds(lag.behind());
    }

    private static double left(@Nullable Lag lag) {
        return lag == null || lag.left() == null ? Double.NaN : seconds(lag.left());
    }

    private static double timeLeft(@Nullable Duration left) {
        return left == null ? Double.NaN : seconds(left);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
