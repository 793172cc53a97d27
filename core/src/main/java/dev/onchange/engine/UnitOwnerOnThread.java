package dev.onchange.engine;

import dev.onchange.engine.cluster.UnitOwner;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Signals the results of another owner on one thread. */
record UnitOwnerOnThread(UnitOwner owner, Scheduler thread) implements UnitOwner {

    @Override
    public Mono<Set<String>> exchange(Collection<String> gone, Map<String, Long> come) {
        return owner.exchange(gone, come).publishOn(thread);
    }

    @Override
    public void drop(Map<String, Long> lost) {
        owner.drop(lost);
    }
}
