package dev.onchange.engine;

import dev.onchange.engine.dispatch.SlowHandlerListener;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;

/** Hands the reports of all streams' slow-handler detectors to one subscriber. */
final class SlowHandlers implements SlowHandlerListener {

    /** Concurrent reports take less time than that. */
    private static final Duration EMISSION = Duration.ofSeconds(1);

    private final Sinks.Many<String> ids = Sinks.many().multicast().directBestEffort();

    @Override
    public void onSlowHandler(String handlerId) {
        ids.emitNext(handlerId, EmitFailureHandler.busyLooping(EMISSION));
    }

    Flux<String> ids() {
        return ids.asFlux();
    }
}
