package dev.onchange.engine;

import dev.onchange.ChangeListeners;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.SaveObserver;
import dev.onchange.engine.message.CountedNames;
import dev.onchange.status.ListenerEvent;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets handlers whose positions belong to another instance by now be called no more. */
final class FencedHandlers implements SaveObserver {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final EngineState state;
    private final EventPublisher events;
    private final SaveObserver next;

    FencedHandlers(EngineState state, EventPublisher events, SaveObserver next) {
        this.state = state;
        this.events = events;
        this.next = next;
    }

    @Override
    public void saved(Map<String, Position> positions) {
        next.saved(positions);
    }

    @Override
    public void notSaved(OnChangeException failure, int attempt) {
        next.notSaved(failure, attempt);
    }

    @Override
    public void fenced(FencedException failure) {
        List<String> owned =
                failure.handlerIds().stream().filter(state.owned()::has).toList();
        state.fenced(failure.handlerIds());
        if (!owned.isEmpty()) {
            LOG.warn(
                    "Another instance has taken over and goes on with what is not called here any more: {}",
                    CountedNames.ofHandlers(owned));
        }
        failure.handlerIds().forEach(id -> fence(id, failure));
        next.fenced(failure);
    }

    private void fence(String id, FencedException failure) {
        List<ActiveStream> feeding = state.streams().stream()
                .filter(run -> run.partitionIds().contains(id))
                .toList();
        // A stream tells it itself, once.
        feeding.forEach(run -> {
            run.dispatcher().detach(id).subscribe();
            run.dispatcher().stopDetached(id, failure);
        });
        if (feeding.isEmpty()) {
            events.tell(new ListenerEvent.HandlerFenced(id, failure));
        }
    }
}
