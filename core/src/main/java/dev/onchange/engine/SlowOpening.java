package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.StreamState;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Says why a stream takes its time to open: a server answers for the first time when it has found a change that the stream
 * is for, or has read its oplog to the end. With a filter that lets little through, and a beginning far back, that takes long.
 */
final class SlowOpening {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    /** Into so many parts the time is divided that an answer may take: after the first one it is said. */
    private static final int PARTS = 3;

    private final Duration patience;
    private final Clock clock;

    SlowOpening(EngineConfiguration configuration) {
        this.patience = configuration.answerTimeout.dividedBy(PARTS);
        this.clock = configuration.clock;
    }

    /** Why the stream is not open yet; null if it is, or has not taken long so far. */
    @Nullable
    OnChangeException reason(ActiveStream run) {
        StreamState state = run.stream().state();
        Duration waited = Duration.between(state.since(), clock.instant());
        return state.phase() == StreamState.Phase.OPENING && waited.compareTo(patience) >= 0
                ? reason(run, waited)
                : null;
    }

    private OnChangeException reason(ActiveStream run, Duration waited) {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.STREAM_OPENS_SLOWLY,
                "Stream " + run.plan().name(),
                "The stream is not open after " + waited.toSeconds() + " s: the server reads its oplog " + from(run)
                        + ", to find what the stream's handlers want, and has not answered yet.",
                "Wait: changes are delivered when it has found some, or come to the end. What need not be read again is"
                        + " passed over by rewinding the handlers to a later time.")));
    }

    private String from(ActiveStream run) {
        Position first = run.dispatcher().positions().values().stream()
                .filter(position -> position.clusterTime().getTime() != 0)
                .reduce((one, other) -> one.isAfter(other) ? other : one)
                .orElse(null);
        if (first == null) {
            return "from its beginning on";
        }
        Instant time =
                Instant.ofEpochSecond(Integer.toUnsignedLong(first.clusterTime().getTime()));
        Duration behind = Duration.between(time, clock.instant());
        String far = behind.toMinutes() > 0 ? behind.toMinutes() + " minutes" : Math.max(0, behind.toSeconds()) + " s";
        return "from " + time + " on, " + far + " behind the present";
    }

    /** Logs it as long as the stream is not open, at longer and longer intervals; never completes. */
    Mono<Void> log(ActiveStream run, Scheduler timer) {
        return Flux.interval(patience, timer)
                .onBackpressureDrop()
                .filter(tick -> Long.bitCount(tick + 1) == 1)
                .doOnNext(tick -> {
                    OnChangeException reason = reason(run);
                    if (reason != null) {
                        LOG.warn(reason.getMessage());
                    }
                })
                .then();
    }
}
