package dev.onchange.engine.deadletter;

import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.Replayed;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The instances that have the handlers which are not here; implemented by the engine, which knows the cluster. */
public interface OtherInstances {

    /** There are none. */
    OtherInstances NONE = new OtherInstances() {
        @Override
        public @Nullable String elsewhere(String handlerId, long keyHash) {
            return null;
        }

        @Override
        public Mono<Replayed> replay(Set<String> units, DeadLetterFilter letters, Duration pause) {
            return Mono.just(new Replayed(0, 0));
        }

        @Override
        public Mono<Long> discard(Set<String> units, DeadLetterFilter letters) {
            return Mono.just(0L);
        }
    };

    /** The handler, or the partition of it, that takes a key and that another instance has; null if none has it. */
    @Nullable
    String elsewhere(String handlerId, long keyHash);

    /** Lets the owners of these replay the letters of a filter that are theirs. */
    Mono<Replayed> replay(Set<String> units, DeadLetterFilter letters, Duration pause);

    /** Lets the owners of these discard the letters of a filter that are theirs; gives how many. */
    Mono<Long> discard(Set<String> units, DeadLetterFilter letters);
}
