package dev.onchange.checkpoint;

import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Stores the positions of handlers; implemented by users who keep them outside MongoDB. Implementations are safe for use by
 * several threads; the publishers they return do nothing until subscribed to, and fail rather than lose a position.
 */
public interface CheckpointStore {

    /** Creates or verifies what the store needs; called once, before the other methods. */
    Mono<Void> prepare();

    /** The positions of those of the given handlers that have one. Changes nothing in the store. */
    Mono<Map<String, Position>> load(Collection<String> handlerIds);

    /**
     * Takes the given handlers over, positions included, from instances that were opened before this one: called when
     * their streams are about to open. A store that tells its instances apart refuses from then on what earlier instances
     * save; a store that does not has nothing to do.
     */
    Mono<Void> claim(Collection<String> handlerIds);

    /**
     * Saves the positions of the given handlers, durably when it completes. Positions of other handlers stay as they
     * are. An earlier position never overwrites a later one, unless it was {@linkplain #rewind rewound}.
     */
    Mono<Void> save(Map<String, Position> positions);

    /** Sets a handler's position, also to one that is earlier than the present one. */
    Mono<Void> rewind(String handlerId, Position position);
}
