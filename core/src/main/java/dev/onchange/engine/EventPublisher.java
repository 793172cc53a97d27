package dev.onchange.engine;

import dev.onchange.ChangeListeners;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.SaveObserver;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenerEvent;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes events to the log and to the user's listener. */
final class EventPublisher implements SaveObserver {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final Consumer<ListenerEvent> listener;

    EventPublisher(Consumer<ListenerEvent> listener) {
        this.listener = listener;
    }

    /** A stream publishes its own failures; any other failure that ends it is a defect of the listeners, and is published here. */
    void streamEnded(StreamPlan plan, Throwable failure) {
        if (!(failure instanceof OnChangeException)) {
            tell(new ListenerEvent.StreamFailed(plan.name(), failure));
        }
    }

    void nearlyLost(String handlerId, Position position, Lag lag) {
        tell(new ListenerEvent.PositionNearlyLost(handlerId, position, lag));
    }

    @Override
    public void saved(Map<String, Position> positions) {
        LOG.trace("Positions saved: {}", positions);
    }

    @Override
    public void notSaved(OnChangeException failure, int attempt) {
        tell(new ListenerEvent.PositionsNotSaved(failure, attempt));
    }

    @Override
    public void fenced(FencedException failure) {
        // Each of the handlers has an event of its own.
    }

    /** Logs the event and passes it to the user. */
    void tell(ListenerEvent event) {
        log(event);
        try {
            listener.accept(event);
        } catch (Throwable e) {
            // A failure of the listener must not fail the stream or the handler that publishes.
            LOG.error("The listener failed at {}", event, e);
        }
    }

    private static boolean isAnEnd(ListenerEvent event) {
        return event instanceof ListenerEvent.StreamFailed || event instanceof ListenerEvent.HandlerStopped;
    }

    private static boolean isOrdinary(ListenerEvent event) {
        return event instanceof ListenerEvent.PluginAdded
                || event instanceof ListenerEvent.PluginReplaced
                || event instanceof ListenerEvent.PluginRemoved;
    }

    private static void log(ListenerEvent event) {
        if (event instanceof ListenerEvent.StreamOpened
                || event instanceof ListenerEvent.StreamClosed
                || event instanceof ListenerEvent.StreamRefused) {
            LOG.debug("{}", event);
        } else if (isOrdinary(event)) {
            LOG.info("{}", event);
        } else if (isAnEnd(event)) {
            LOG.error("{}", event);
        } else {
            LOG.warn("{}", event);
        }
    }
}
