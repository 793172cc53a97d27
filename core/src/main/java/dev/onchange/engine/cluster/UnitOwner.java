package dev.onchange.engine.cluster;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * What runs the units that a member owns. Called on the thread of the member; must not block. The results are signalled on
 * that thread as well.
 */
public interface UnitOwner {

    /**
     * Lets units go, and takes others. One that goes gets no more changes, finishes what is in flight, and saves its
     * position exactly. One that comes goes on at its saved position, which no earlier term can move any more. Not called
     * again before it has ended; fails if not all is done, but for units that cannot come yet.
     *
     * @param gone ids of units
     * @param come the terms of units, by id
     * @return the ids of those that came; the others are tried again
     */
    Mono<Set<String>> exchange(Collection<String> gone, Map<String, Long> come);

    /**
     * Units belong to another member by now: they get no more changes, and nothing of them is saved, also if they are
     * only about to come.
     *
     * @param lost with the terms that are over, by id
     */
    void drop(Map<String, Long> lost);
}
