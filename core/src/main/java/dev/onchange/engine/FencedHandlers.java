package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.SaveObserver;
import dev.onchange.status.ListenerEvent;
import java.util.List;
import java.util.Map;

/** Lets handlers whose positions belong to another instance by now be called no more. */
final class FencedHandlers implements SaveObserver {

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
        state.fenced(failure.handlerIds());
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
