package dev.onchange.checkpoint;

import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Where positions are kept. Implementations are safe for use by several threads; the publishers they return do
 * nothing until subscribed to, and fail rather than lose.
 */
public interface CheckpointStore {

    /** Creates or verifies what the store needs; called once, before the others. */
    Mono<Void> prepare();

    /** The positions of those of the given handlers that have one. Changes nothing, whoever else writes them. */
    Mono<Map<String, Position>> load(Collection<String> handlerIds);

    /**
     * Takes the given handlers over, positions included, from instances that were opened before this one: called when
     * their streams are about to open. A store that tells its instances apart refuses from then on what earlier ones
     * save; one that does not has nothing to do.
     */
    Mono<Void> claim(Collection<String> handlerIds);

    /**
     * Saves the positions of the given handlers, durably when it completes. Positions of other handlers stay as they are. An earlier
     * position never overwrites a later one, unless it was {@linkplain #rewind rewound}.
     */
    Mono<Void> save(Map<String, Position> positions);

    /** Sets a handler's position, be it earlier than the present one. */
    Mono<Void> rewind(String handlerId, Position position);
}
