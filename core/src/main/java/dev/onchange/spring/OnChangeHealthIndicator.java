package dev.onchange.spring;

import dev.onchange.status.HandlerHealth;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.StreamStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Up while every stream is open, or about to be, no handler has stopped by itself or is at a change for longer than the
 * limit, and positions are saved or will be; {@link #DEGRADED} while a handler is beyond a limit of {@code onchange.health}, or the
 * state database is not heard;
 * unknown while the listeners are not running, be it that no bean has handlers. Names the phase of each stream and handler,
 * and why it is in it.
 */
@SuppressWarnings("exports") // the framework is required where it is used
public final class OnChangeHealthIndicator extends AbstractHealthIndicator {

    /** The listeners work, and a handler is beyond a limit. Boot maps it to HTTP status 200. */
    public static final Status DEGRADED = new Status("DEGRADED");

    private static final String NOT_HEARD =
            "The state database was not heard within the lease: no call of a handler begins until it is.";

    private final ChangeListenersLifecycle lifecycle;

    OnChangeHealthIndicator(ChangeListenersLifecycle lifecycle) {
        super("The status of the change listeners could not be read");
        this.lifecycle = lifecycle;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        if (!lifecycle.isRunning()) {
            builder.unknown().withDetail("listeners", "not running");
            return;
        }
        ListenersStatus status = lifecycle.listeners().status();
        Map<String, String> streams = new LinkedHashMap<>();
        for (StreamStatus stream : status.streams()) {
            streams.put(stream.name(), text(stream.phase(), stream.reason()));
        }
        Map<String, String> handlers = new LinkedHashMap<>();
        for (HandlerStatus handler : status.handlers()) {
            handlers.put(handler.id(), text(handler));
        }
        builder.status(statusOf(status.health()))
                .withDetail("streams", streams)
                .withDetail("handlers", handlers)
                .withDetail(
                        "positions",
                        text(status.positions().phase(), status.positions().reason()));
        if (!status.cluster().heard()) {
            builder.withDetail("cluster", NOT_HEARD);
        }
    }

    private static Status statusOf(HandlerHealth.Level level) {
        return switch (level) {
            case UP -> Status.UP;
            case DEGRADED -> DEGRADED;
            case DOWN -> Status.DOWN;
        };
    }

    private static String text(HandlerStatus handler) {
        String beyond = String.join(" ", handler.health().reasons());
        return handler.reason() != null || beyond.isEmpty()
                ? text(handler.phase(), handler.reason())
                : handler.phase().name() + ": " + beyond;
    }

    private static String text(Enum<?> phase, @Nullable Throwable reason) {
        return reason == null ? phase.name() : phase.name() + ": " + reason.getMessage();
    }
}
