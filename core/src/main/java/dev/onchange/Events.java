package dev.onchange;

import dev.onchange.checkpoint.Position;
import dev.onchange.checkpoint.SaveObserver;
import dev.onchange.plan.StreamPlan;
import dev.onchange.retry.HandlerEvent;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenerEvent;
import dev.onchange.stream.StreamEvent;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the user, and the log, what happens. */
final class Events implements SaveObserver {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final Consumer<ListenerEvent> listener;

    Events(Consumer<ListenerEvent> listener) {
        this.listener = listener;
    }

    void ofStream(StreamEvent event) {
        if (event instanceof StreamEvent.Opened opened) {
            tell(new ListenerEvent.StreamOpened(opened.stream()));
        } else if (event instanceof StreamEvent.Reopening reopening) {
            tell(new ListenerEvent.StreamReopening(
                    reopening.stream(), reopening.failure(), reopening.attempt(), reopening.delay()));
        } else if (event instanceof StreamEvent.Invalidated invalidated) {
            tell(new ListenerEvent.StreamInvalidated(invalidated.stream()));
        } else if (event instanceof StreamEvent.TokenNotFound notFound) {
            tell(new ListenerEvent.TokenNotFound(notFound.stream(), notFound.failure()));
        } else if (event instanceof StreamEvent.HistoryWasLost lost) {
            tell(new ListenerEvent.HistoryLost(lost.stream(), lost.from(), lost.to(), lost.answer()));
        } else if (event instanceof StreamEvent.Oversized oversized) {
            tell(new ListenerEvent.ChangeOversized(
                    oversized.stream(),
                    oversized.change().token(),
                    oversized.change().documentKey()));
        } else if (event instanceof StreamEvent.Failed failed) {
            tell(new ListenerEvent.StreamFailed(failed.stream(), failed.failure()));
        } else if (event instanceof StreamEvent.Closed closed) {
            tell(new ListenerEvent.StreamClosed(closed.stream()));
        }
    }

    /** A stream tells itself why it fails; what else ends it is a fault in the listeners, and must be seen too. */
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

    void ofHandler(HandlerEvent event) {
        if (event instanceof HandlerEvent.Stopped stopped) {
            tell(new ListenerEvent.HandlerStopped(stopped.handlerId(), stopped.reason()));
        } else if (event instanceof HandlerEvent.DeadLettered dead) {
            tell(new ListenerEvent.ChangeDeadLettered(dead.handlerId(), dead.token(), dead.key(), dead.failure()));
        } else if (event instanceof HandlerEvent.Skipped skipped) {
            tell(new ListenerEvent.ChangeSkipped(skipped.handlerId(), skipped.token(), skipped.failure()));
        } else if (event instanceof HandlerEvent.NotStored notStored) {
            tell(new ListenerEvent.DeadLetterNotStored(
                    notStored.handlerId(), notStored.failure(), notStored.attempt()));
        }
    }

    private void tell(ListenerEvent event) {
        log(event);
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.error("The listener failed at {}", event, e);
        }
    }

    private static void log(ListenerEvent event) {
        if (event instanceof ListenerEvent.StreamOpened || event instanceof ListenerEvent.StreamClosed) {
            LOG.debug("{}", event);
        } else if (event instanceof ListenerEvent.StreamFailed || event instanceof ListenerEvent.HandlerStopped) {
            LOG.error("{}", event);
        } else {
            LOG.warn("{}", event);
        }
    }
}
