package dev.onchange.engine;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.dispatch.SettledAhead;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a new stream takes over from the streams that fed its handlers before, by handler id.
 *
 * @param formerCalls the ends of calls that last
 * @param settledAhead the changes that were settled beyond the positions of the handlers
 */
record CarriedPositions(Map<String, Mono<Void>> formerCalls, Map<String, SettledAhead> settledAhead) {

    /** Completes when the handler's last call there has ended. */
    Mono<Void> formerCall(String handlerId) {
        return formerCalls.getOrDefault(handlerId, Mono.empty());
    }

    /** Null if no change after that position is known to be settled. */
    @Nullable
    SettledAhead settledAhead(String handlerId, @Nullable Position start) {
        SettledAhead known = settledAhead.get(handlerId);
        return known != null && known.continues(start) ? known : null;
    }
}
