package dev.onchange.spring;

import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.StreamStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up while every stream is open, or about to be, no handler has stopped by itself or is at a change for longer than the
 * limit, and positions are saved or will be; unknown while the listeners are
 * not running, be it that no bean has handlers. Names the phase of each stream and handler, and why it is in it.
 */
@SuppressWarnings("exports") // the framework is required where it is used
public final class OnChangeHealthIndicator extends AbstractHealthIndicator {

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
            handlers.put(handler.id(), text(handler.phase(), handler.reason()));
        }
        (status.healthy() ? builder.up() : builder.down())
                .withDetail("streams", streams)
                .withDetail("handlers", handlers)
                .withDetail(
                        "positions",
                        text(status.positions().phase(), status.positions().reason()));
    }

    private static String text(Enum<?> phase, @Nullable Throwable reason) {
        return reason == null ? phase.name() : phase.name() + ": " + reason.getMessage();
    }
}
