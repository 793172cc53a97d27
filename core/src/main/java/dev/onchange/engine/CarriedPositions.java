package dev.onchange.engine;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.dispatch.SettledAhead;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What handlers bring along from the streams that fed them before, by id.
 *
 * @param formerCalls the ends of calls that last
 * @param settledAhead what was settled beyond the positions at which they stood
 */
record CarriedPositions(Map<String, Mono<Void>> formerCalls, Map<String, SettledAhead> settledAhead) {

    /** Completes when the handler's last call there has ended. */
    Mono<Void> formerCall(String handlerId) {
        return formerCalls.getOrDefault(handlerId, Mono.empty());
    }

    /** Null if nothing is known of what comes after that position. */
    @Nullable
    SettledAhead settledAhead(String handlerId, @Nullable Position start) {
        SettledAhead known = settledAhead.get(handlerId);
        return known != null && known.continues(start) ? known : null;
    }
}
