package dev.onchange.engine;

import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.status.ListenerEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keeps the positions of handlers whose changes each instance gets under the name of the instance, as {@code cache@web-1},
 * and those of an instance without a name not at all. All other positions are the store's.
 */
final class BroadcastPositions implements CheckpointStore {

    private final CheckpointStore store;
    private final @Nullable String instance;
    private final Consumer<ListenerEvent> events;
    private final Set<String> broadcast = ConcurrentHashMap.newKeySet();

    /**
     * @param instance its name; null if it has none
     * @param events is told what handlers have missed
     */
    BroadcastPositions(CheckpointStore store, @Nullable String instance, Consumer<ListenerEvent> events) {
        this.store = store;
        this.instance = instance;
        this.events = events;
    }

    /** These handlers are about to begin. */
    void declare(Collection<HandlerSpec> handlers) {
        for (HandlerSpec handler : handlers) {
            if (handler.sharing().isBroadcast()) {
                broadcast.add(handler.id());
            } else {
                broadcast.remove(handler.id());
            }
        }
    }

    /** A handler begins at the present time, as it has no position. */
    void beginsAnew(String handlerId, Position now) {
        if (broadcast.contains(handlerId)) {
            events.accept(new ListenerEvent.ChangesMissed(handlerId, null, now.clusterTime()));
        }
    }

    /** Handlers go on although the oplog holds their positions no longer. */
    void historyLost(ListenerEvent.HistoryLost lost) {
        if (lost.answer() != dev.onchange.HistoryLost.STOP) {
            lost.handlerIds().stream()
                    .filter(broadcast::contains)
                    .forEach(id -> events.accept(new ListenerEvent.ChangesMissed(id, lost.from(), lost.to())));
        }
    }

    /** Under which id a position is kept; null if it is not. */
    private @Nullable String kept(String id) {
        if (!broadcast.contains(id)) {
            return id;
        }
        return instance == null ? null : id + "@" + instance;
    }

    private <T> Map<String, T> kept(Map<String, T> byId) {
        Map<String, T> kept = new HashMap<>();
        byId.forEach((id, value) -> {
            String keptId = kept(id);
            if (keptId != null) {
                kept.put(keptId, value);
            }
        });
        return kept;
    }

    @Override
    public Mono<Void> prepare() {
        return store.prepare();
    }

    @Override
    public Mono<Map<String, Position>> load(Collection<String> ids) {
        Map<String, String> idsOfKept = new HashMap<>();
        ids.forEach(id -> {
            String keptId = kept(id);
            if (keptId != null) {
                idsOfKept.put(keptId, id);
            }
        });
        return store.load(idsOfKept.keySet()).map(found -> {
            Map<String, Position> positions = new HashMap<>();
            found.forEach((keptId, position) -> positions.put(Objects.requireNonNull(idsOfKept.get(keptId)), position));
            return positions;
        });
    }

    @Override
    public Mono<Void> claim(Map<String, Long> terms) {
        return store.claim(kept(terms));
    }

    @Override
    public Mono<Void> save(Map<String, Position> positions) {
        return store.save(kept(positions));
    }

    @Override
    public Mono<Void> rewind(String id, Position position) {
        String keptId = kept(id);
        return keptId == null ? Mono.empty() : store.rewind(keptId, position);
    }

    @Override
    public Mono<Void> replace(Collection<String> former, Map<String, Position> next) {
        return store.replace(former, next);
    }

    @Override
    public String toString() {
        return store.toString();
    }
}
