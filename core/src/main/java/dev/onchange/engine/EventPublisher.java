package dev.onchange.engine;

import dev.onchange.ChangeListeners;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.SaveObserver;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes events to the log and to the user's listener. */
final class EventPublisher implements SaveObserver {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final Consumer<ListenerEvent> listener;
    private final EventLog log;

    /** @param clock by which failures are logged a few a second only */
    EventPublisher(Consumer<ListenerEvent> listener, Clock clock) {
        this.listener = listener;
        this.log = new EventLog(clock);
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
        log.log(event);
        try {
            listener.accept(event);
        } catch (Throwable e) {
            // A failure of the listener must not fail the stream or the handler that publishes.
            LOG.error("The listener failed at {}", event, e);
        }
    }
}
