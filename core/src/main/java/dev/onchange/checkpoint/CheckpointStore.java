package dev.onchange.checkpoint;

import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores the positions of handlers; implemented by users who keep them outside MongoDB. A handler that is divided into
 * partitions has a position for each, under ids like {@code stock|3/8}: for a store such an id is one like any other.
 * Implementations are safe for use by several threads; the publishers they return do nothing until subscribed to, and fail rather than lose a position.
 */
public interface CheckpointStore {

    /** Creates or verifies what the store needs; called once, before the other methods. */
    Mono<Void> prepare();

    /** The positions of those of the given handlers that have one. Changes nothing in the store. */
    Mono<Map<String, Position>> load(Collection<String> handlerIds);

    /**
     * Takes handlers over, positions included, from other instances: called when their streams are about to open. A store
     * that several instances write keeps the term with the position, and refuses from then on what an instance saves that
     * has claimed the handler with an earlier term, or never; a store that one instance writes has nothing to do. If some
     * of the handlers have a later term, the others are claimed, and it fails with a {@link FencedException} that names
     * these.
     *
     * @param terms by handler id; 0 where there is no other instance: then any position may be written, whatever its term
     */
    Mono<Void> claim(Map<String, Long> terms);

    /**
     * Saves the positions of the given handlers, durably when it completes. Positions of other handlers stay as they
     * are. An earlier position never overwrites a later one, unless it was {@linkplain #rewind rewound}; {@link
     * Position#replaces} tells. If some of the
     * handlers were claimed with a later term, the others are saved, and it fails with a {@link FencedException} that
     * names these.
     */
    Mono<Void> save(Map<String, Position> positions);

    /**
     * Lets positions go on under other ids, when a handler is divided into another number of partitions. A store that
     * several instances write does all or nothing, and refuses from then on what is saved under the former ids. Unless a store
     * does it in another way, positions under former ids stay as {@link Position#NONE}.
     *
     * @param former ids whose positions count no more
     * @param next the positions under the new ids, which had none
     */
    default Mono<Void> replace(Collection<String> former, Map<String, Position> next) {
        return save(next)
                .then(Flux.fromIterable(former)
                        .concatMap(id -> rewind(id, Position.NONE))
                        .then());
    }

    /** Sets a handler's position, also to one that is earlier than the present one. */
    Mono<Void> rewind(String handlerId, Position position);
}
