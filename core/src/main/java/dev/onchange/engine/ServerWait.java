package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Waits on the present thread, and never without end: a dead connection answers nothing, not even an error. */
final class ServerWait {

    /** The driver's default; the setting of a client that the user supplies cannot be read. */
    private static final Duration USUAL_SELECTION = Duration.ofSeconds(30);

    /** In place of the driver's setting to wait for ever. */
    private static final Duration AGES = Duration.ofDays(365);

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private final Duration limit;
    private final Scheduler timer;
    private final Mono<Void> ended;

    /** @param ended completes when nothing is worth waiting for any more */
    ServerWait(EngineConfiguration configuration, Scheduler timer, Mono<Void> ended) {
        this.limit = limit(configuration);
        this.timer = timer;
        this.ended = ended;
    }

    /** The driver's errors come first: it looks for a server once to ask, and once more to find out why none answers. */
    private static Duration limit(EngineConfiguration configuration) {
        Duration selection = configuration.server instanceof MongoEndpoint.Settings given
                ? Duration.ofMillis(
                        given.settings().getClusterSettings().getServerSelectionTimeout(TimeUnit.MILLISECONDS))
                : USUAL_SELECTION;
        return selection.isNegative() ? AGES : selection.multipliedBy(2).plus(configuration.answerTimeout);
    }

    /** How long a server is waited for. */
    Duration limit() {
        return limit;
    }

    Scheduler timer() {
        return timer;
    }

    /**
     * The answer of a server; null if it is empty.
     *
     * @throws OnChangeException if none comes in time
     */
    <T> @Nullable T answer(Mono<T> asking) {
        return end(asking.timeout(limit, timer).onErrorMap(TimeoutException.class, this::unanswered));
    }

    /** Begins now; its end, and why it fails, is told to whoever waits for it. */
    static <T> Mono<T> underWay(Mono<T> work) {
        Mono<T> shared = work.cache();
        shared.subscribe(null, failure -> LOG.debug("What was begun early has failed", failure));
        return shared;
    }

    /** The end of something that ends by itself. */
    <T> @Nullable T end(Mono<T> work) {
        return Mono.firstWithSignal(work, ended.then(Mono.error(OperationQueue::closed)))
                .block();
    }

    private OnChangeException unanswered(Throwable late) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.SERVER_UNAVAILABLE,
                        "server",
                        "No answer came within " + limit + ".",
                        "See that the server works, and that nothing on the way to it swallows what is sent.")),
                late);
    }
}
