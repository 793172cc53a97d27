package dev.onchange.micrometer;

import dev.onchange.checkpoint.Position;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.Lag;
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
        Tags own = tags.and(ListenersMeterNames.HANDLER, id);
        return List.of(
                counter(ListenersMeterNames.DELIVERED, own, of(id, HandlerStatus::delivered)),
                counter(ListenersMeterNames.FILTERED, own, of(id, HandlerStatus::filtered)),
                counter(
                        ListenersMeterNames.HANDLED,
                        own,
                        of(id, status -> status.counts().handled())),
                counter(
                        ListenersMeterNames.RETRIED,
                        own,
                        of(id, status -> status.counts().retried())),
                counter(
                        ListenersMeterNames.DEAD_LETTERED,
                        own,
                        of(id, status -> status.counts().deadLettered())),
                counter(
                        ListenersMeterNames.PARKED,
                        own,
                        of(id, status -> status.counts().parked())),
                counter(
                        ListenersMeterNames.SKIPPED,
                        own,
                        of(id, status -> status.counts().skipped())),
                Gauge.builder(ListenersMeterNames.IN_FLIGHT, of(id, HandlerStatus::inFlight))
                        .tags(own)
                        .register(registry),
                time(ListenersMeterNames.OLDEST_UNSETTLED, own, of(id, status -> seconds(status.oldestUnsettled()))),
                time(ListenersMeterNames.LAG, own, of(id, status -> behind(status.lag()))),
                time(ListenersMeterNames.LEFT, own, of(id, status -> left(status.lag()))),
                time(ListenersMeterNames.AGE, own, of(id, status -> age(status.position()))));
    }

    List<Meter> ofStream(String name) {
        Tags own = tags.and(ListenersMeterNames.STREAM, name);
        return List.of(
                counter(ListenersMeterNames.REOPENED, own, ofStream(name, StreamStatus::reopened)),
                time(ListenersMeterNames.STREAM_LAG, own, ofStream(name, status -> behind(status.lag()))));
    }

    private FunctionCounter counter(String name, Tags own, Supplier<Number> value) {
        return FunctionCounter.builder(name, registry, any -> value.get().doubleValue())
                .tags(own)
                .register(registry);
    }

    private TimeGauge time(String name, Tags own, Supplier<Number> seconds) {
        return TimeGauge.builder(name, seconds, TimeUnit.SECONDS).tags(own).register(registry);
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

    private static double behind(@Nullable Lag lag) {
        return lag == null ? Double.NaN : seconds(lag.behind());
    }

    private static double left(@Nullable Lag lag) {
        return lag == null || lag.left() == null ? Double.NaN : seconds(lag.left());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
