package dev.onchange.engine.check;

import com.mongodb.MongoException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.connection.ClusterSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.OnChangeException;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.message.ServerErrors;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.engine.timing.Timing;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/**
 * Retries, with a growing back-off, commands that a server cannot answer at present: it is overloaded, or a primary is
 * being elected. Used at the start of the listeners. If no command succeeds within the client's server selection
 * time-out, all retries end. Safe for use by several threads.
 */
public final class TransientRetry {

    /** As the drivers' specification of client backpressure says. */
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(5), 0.5);

    /** The driver's own default. */
    private static final Duration USUAL_SELECTION = Duration.ofSeconds(30);

    /**
     * Codes that are answers before a stream is opened, though an open stream is retried after them: the database does
     * not exist yet, the time was exceeded, the position is lost.
     */
    private static final Set<Integer> ANSWERS = Set.of(26, 50, 136);

    private static final long NEVER = Long.MIN_VALUE;

    private final Duration limit;
    private final Timing timing;
    private volatile long failingSince = NEVER;

    private TransientRetry(Duration limit, Timing timing) {
        this.limit = limit;
        this.timing = timing;
    }

    /** For as long as a client looks for a server. */
    public static TransientRetry of(MongoClient client, Timing timing) {
        ClusterSettings settings = client.getClusterDescription().getClusterSettings();
        Duration selection = settings == null
                ? USUAL_SELECTION
                : Duration.ofMillis(settings.getServerSelectionTimeout(TimeUnit.MILLISECONDS));
        return new TransientRetry(selection, timing);
    }

    /** The same work, done again if it fails for now; fails as it failed last. */
    public <T> Mono<T> around(Mono<T> work) {
        return Mono.defer(() -> {
            long begun = now();
            return work.doOnSuccess(done -> failingSince = NEVER)
                    .retryWhen(timing.retry(BACKOFF, Long.MAX_VALUE, error -> isWorthWhile(error, begun)));
        });
    }

    /** The same; what still fails for now in the end is told as a problem. */
    public <T> Mono<T> required(Mono<T> work) {
        return around(work)
                .onErrorMap(
                        error -> error instanceof MongoException && isForNow(error),
                        error -> new OnChangeException(
                                List.of(new Problem(
                                        ProblemCode.SERVER_UNAVAILABLE, "server", what(error), todo(error))),
                                error));
    }

    /** Whether a failure is transient, and no answer to the question. */
    static boolean isForNow(Throwable error) {
        return ServerErrors.isTransient(error)
                && !(error instanceof MongoException failure && ANSWERS.contains(failure.getCode()));
    }

    static String what(Throwable error) {
        return "The server cannot answer at present, though it was asked again for the server selection time-out: "
                + Reason.sentence(error);
    }

    static String todo(Throwable error) {
        return ServerErrors.isOverload(error)
                ? "The server has too much to do: start again when it has less, or is given more to do it with."
                : "See that a primary is elected and can be reached, then start again.";
    }

    private boolean isWorthWhile(Throwable error, long begun) {
        Throwable cause = error instanceof OnChangeException && error.getCause() != null ? error.getCause() : error;
        if (!isForNow(cause)) {
            return false;
        }
        if (failingSince == NEVER) {
            // A time-out may tell that the driver has looked for a server for the whole time already.
            failingSince = cause instanceof MongoTimeoutException ? begun : now();
        }
        return limit.isNegative() || now() - failingSince < limit.toMillis();
    }

    private long now() {
        return timing.timer().now(TimeUnit.MILLISECONDS);
    }
}
