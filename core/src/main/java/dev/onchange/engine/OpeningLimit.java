package dev.onchange.engine;

import com.mongodb.MongoException;
import dev.onchange.OnChangeException;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.stream.StreamState;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Opens streams, and waits for an unreachable server as long as other operations do. A server that is reachable
 * and has not answered may be reading through its oplog, and is given more time.
 */
final class OpeningLimit {

    /** A history of days is read through by then. */
    private static final int LIMITS_FOR_AN_ANSWER = 20;

    private final Duration limit;
    private final Scheduler timer;
    private final SlowOpening slow;

    OpeningLimit(Duration limit, Scheduler timer, SlowOpening slow) {
        this.limit = limit;
        this.timer = timer;
        this.slow = slow;
    }

    /** Completes when the stream is open. */
    Mono<Void> open(ActiveStream run) {
        return await(run.dispatcher().start(), run);
    }

    /** @param opening completes when the stream is open */
    Mono<Void> await(Mono<Void> opening, ActiveStream run) {
        return Mono.firstWithSignal(opening, overdue(run), slow.log(run, timer));
    }

    private Mono<Void> overdue(ActiveStream run) {
        return Flux.interval(limit, timer)
                .onBackpressureDrop()
                .filter(tick ->
                        tick >= LIMITS_FOR_AN_ANSWER || run.stream().state().reason() instanceof MongoException)
                .next()
                .then(Mono.error(() -> notOpened(run)));
    }

    private OnChangeException notOpened(ActiveStream run) {
        StreamState state = run.stream().state();
        @Nullable Throwable reason = state.reason();
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.STREAM_NOT_OPENED,
                        "Stream " + run.plan().name(),
                        "The stream could not be opened within " + limit + ": "
                                + (reason == null ? "the server has not answered." : Reason.sentence(reason)),
                        "See that the server can be reached, and try again.")),
                reason);
    }
}
